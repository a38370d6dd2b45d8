/** The toy bundle, written outside of a test run: for a process with another umask, locale and time zone. */
import { join } from 'node:path';
import { writeBundle } from '../../../src/pack/write/write-bundle.ts';
import { composeToy, quietContext, storeFiles } from './toy-bundle.ts';

/** Writes `toy.tgz` into `dir`. */
export async function writeToyAlone(dir: string): Promise<void> {
  const { index, files } = composeToy();
  await writeBundle({ index, files: await storeFiles(files, dir), output: join(dir, 'toy.tgz') }, quietContext());
}
