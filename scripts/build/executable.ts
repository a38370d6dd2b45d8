/**
 * A Node binary with our script inside. For the CPU this runs on, the blob holds V8's code cache too, which halves the time to start; it
 * can only be made there, so an executable has the same bytes wherever it is built on the same CPU, and one built for the other CPU has
 * none. No snapshot.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { inject } from 'postject';

/** What Node looks for to know that a blob was put in. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** What to put together. */
export interface Executable {
  readonly script: string;
  /** Node binary of the target CPU. */
  readonly node: string;
  /** The binary runs here. */
  readonly isNative: boolean;
  readonly output: string;
}

/** Writes the executable; returns its size and digest. */
export async function buildExecutable({ script, node, isNative, output }: Executable): Promise<{ sizeBytes: number; sha256: string }> {
  const blob = makeBlob(script, output, isNative ? node : null);
  copyFileSync(node, output);
  chmodSync(output, 0o755);
  await withoutNoise(() => inject(output, 'NODE_SEA_BLOB', blob, { sentinelFuse: FUSE }));
  const bytes = readFileSync(output);
  return { sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** `native`: the very binary the blob goes into, whose V8 accepts no cache but its own; null: no cache. */
function makeBlob(script: string, output: string, native: string | null): Buffer {
  const [config, blob] = [`${output}.json`, `${output}.blob`];
  // A relative name: the blob records it.
  const directory = script.slice(0, script.lastIndexOf('/'));
  const main = script.slice(directory.length + 1);
  writeFileSync(
    config,
    JSON.stringify({ main, output: blob, disableExperimentalSEAWarning: true, useSnapshot: false, useCodeCache: native !== null }),
  );
  // V8 puts randomly seeded hashes into the cache; the seed is not among the flags that must be the same when it is read.
  const argv = ['--random-seed=1', '--experimental-sea-config', config];
  execFileSync(native ?? process.execPath, argv, { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] });
  const bytes = readFileSync(blob);
  rmSync(config);
  rmSync(blob);
  return bytes;
}

/** postject warns about sections it does not know; they are none of ours. */
async function withoutNoise(work: () => Promise<void>): Promise<void> {
  const warn = console.warn;
  console.warn = () => {};
  try {
    await work();
  } finally {
    console.warn = warn;
  }
}
