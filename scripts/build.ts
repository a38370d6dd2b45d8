/**
 * `npm run build`: dist/pigsty-bundle.cjs with its parts and dist/pigsty-install.cjs for npm, and pigsty-install as one executable per
 * CPU (https://nodejs.org/docs/latest-v24.x/api/single-executable-applications.html). Same sources and lock file, same bytes.
 */
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ARCHES, type Arch } from '../src/base/target.ts';
import { buildExecutable } from './build/executable.ts';
import { bundleForNpm, bundleForSea } from './build/javascript.ts';
import { nodeBinary } from './build/node-binary.ts';

const ROOT = new URL('..', import.meta.url).pathname;
const DIST = join(ROOT, 'dist');

/** The CPU this runs on, if it is one of ours. */
function ownArch(): Arch | undefined {
  return ({ x64: 'x86_64', arm64: 'aarch64' } as const)[process.arch as string];
}

/** Everything is made beside and moved into place at the end: whoever uses dist/ meanwhile sees the old files or the new ones. */
async function main(): Promise<void> {
  mkdirSync(DIST, { recursive: true });
  const made = mkdtempSync(join(DIST, '.build-'));
  try {
    await bundleForNpm(ROOT, made);
    const script = await bundleForSea(ROOT, made);
    for (const arch of ARCHES) {
      const output = join(made, `pigsty-install-${arch}`);
      const { sizeBytes, sha256 } = await buildExecutable({
        script,
        node: await nodeBinary(ROOT, arch),
        isNative: arch === ownArch(),
        output,
      });
      console.log(`${sha256}  dist/pigsty-install-${arch}  ${(sizeBytes / 2 ** 20).toFixed(1)} MiB`);
    }
    rmSync(script);
    moveInto(DIST, made);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** Parts first, which have other names when they are others; then what loads them; what nothing loads any more goes at the end. */
function moveInto(dist: string, made: string): void {
  const parts = readdirSync(join(made, 'parts'));
  mkdirSync(join(dist, 'parts'), { recursive: true });
  for (const name of parts) renameSync(join(made, 'parts', name), join(dist, 'parts', name));
  rmdirSync(join(made, 'parts'));
  for (const name of readdirSync(made)) renameSync(join(made, name), join(dist, name));
  for (const name of readdirSync(join(dist, 'parts'))) if (!parts.includes(name)) rmSync(join(dist, 'parts', name));
}

await main();
