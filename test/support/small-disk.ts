/** A disk that is too small for what is written to it. Needs root. */
import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryDir } from './fetch-lab.ts';

/** Mounts a tmpfs with these options for the time of the test; where it is. */
export async function smallDisk(options: string): Promise<string> {
  const dir = join(await temporaryDir(), 'disk');
  await mkdir(dir);
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', dir]);
  onTestFinished(() => void execFileSync('umount', [dir]));
  return dir;
}
