/**
 * `npm run build`: dist/pigsty-bundle.js and dist/pigsty-install.js for npm, and pigsty-install as one executable per CPU
 * (https://nodejs.org/docs/latest-v24.x/api/single-executable-applications.html). Same sources and lock file, same bytes.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ARCHES } from '../src/base/target.ts';
import { buildExecutable } from './build/executable.ts';
import { bundleForNpm, bundleForSea } from './build/javascript.ts';
import { nodeBinary } from './build/node-binary.ts';

const ROOT = new URL('..', import.meta.url).pathname;
const DIST = join(ROOT, 'dist');

async function main(): Promise<void> {
  rmSync(DIST, { recursive: true, force: true });
  mkdirSync(DIST, { recursive: true });
  await bundleForNpm(ROOT, DIST);
  const script = await bundleForSea(ROOT, DIST);
  for (const arch of ARCHES) {
    const output = join(DIST, `pigsty-install-${arch}`);
    const { sizeBytes, sha256 } = await buildExecutable({ script, node: await nodeBinary(ROOT, arch), output });
    console.log(`${sha256}  dist/pigsty-install-${arch}  ${(sizeBytes / 2 ** 20).toFixed(1)} MiB`);
  }
  rmSync(script);
}

await main();
