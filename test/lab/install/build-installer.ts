/**
 * The one-file installer of the present sources, for tests that put it into bundles. Made when the sources have changed since it was made.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownerMark } from '../hosts/lab-directory.ts';
import { textOf, withLock } from '../hosts/lock-file.ts';
import { mustRun } from '../hosts/run-command.ts';

const ROOT = new URL('../../../', import.meta.url).pathname;
const CACHE = join(ROOT, '.cache');
const STAMP = join(CACHE, 'test-installer');
const PRODUCTS = ['x86_64', 'aarch64'].map((arch) => join(ROOT, 'dist', `pigsty-install-${arch}`));

let built: Promise<void> | undefined;

/**
 * Makes `dist/pigsty-install-*` what `npm run build` makes of the present sources. Whoever builds a bundle with an installer calls this
 * first: a file of `dist/` that changed while a bundle is made would end it. So one run of the tests makes it once at most, whatever
 * happens to the sources meanwhile. Safe when several processes ask at once.
 */
export function buildInstaller(): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  built ??= withLock(`${STAMP}.lock`, async () => {
    // The parent of every process with tests in it is the run.
    const run = ownerMark(process.ppid);
    const [lastRun, lastSources, lastProducts] = textOf(STAMP).split('\n');
    if (lastRun === run) return;
    const sources = sourcesDigest();
    if (lastSources !== sources || lastProducts !== describeProducts()) {
      await mustRun([process.execPath, join(ROOT, 'scripts/build.ts')], { timeoutMs: 300_000, cwd: ROOT });
    }
    writeFileSync(STAMP, [run, sources, describeProducts()].join('\n'));
  });
  return built;
}

/** All that decides what the build makes. */
function sourcesDigest(): string {
  const hash = createHash('sha256').update(process.version);
  for (const path of ['package.json', 'package-lock.json', ...filesBelow('src'), ...filesBelow('scripts')]) {
    hash.update(`\0${path}\0`).update(readFileSync(join(ROOT, path)));
  }
  return hash.digest('hex');
}

/** Size and time of what was made: tells when somebody else has built since. */
function describeProducts(): string {
  const stats = PRODUCTS.map((path) => statSync(path, { throwIfNoEntry: false }));
  return stats.map((stat) => `${stat?.size} ${stat?.mtimeMs}`).join(', ');
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length))
    .sort();
}
