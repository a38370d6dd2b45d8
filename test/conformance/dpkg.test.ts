/** Our Debian version order against dpkg's: versions of the archive this machine's apt knows, and mutations of them. */
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { compareDebVersions, parseDebVersion } from '../../src/version/debvercmp.ts';
import { seedOfRun, sizeOf, tellCounts } from '../support/long-tests.ts';
import { seededRandom, versionPairs } from '../support/version-pairs.ts';

const seed = seedOfRun();
/** dpkg is a process for each pair, its library one for all. */
const PAIRS = sizeOf('dpkg-pairs');
const LIBRARY_PAIRS = PAIRS * 50;
const SIGN = { '-1': 'lt', 0: 'eq', 1: 'gt' } as const;

// dpkg-query's own placeholder, not ours.
const VERSION_FORMAT = '$'.concat('{Version}\n');

function run(command: string, args: string[], input: string): string {
  const result = spawnSync(command, args, { input, encoding: 'utf8', maxBuffer: 1 << 30, env: { ...process.env, LC_ALL: 'C' } });
  expect(result.status, result.stderr.slice(0, 2000)).toBe(0);
  return result.stdout;
}

function has(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Versions of the archive; those of the installed packages when apt has no lists. */
function archiveVersions(): string[] {
  const available = run('apt-cache', ['dumpavail'], '').matchAll(/^Version: (\S+)$/gm);
  const installed = run('dpkg-query', ['-W', '-f', VERSION_FORMAT], '').split('\n').filter(Boolean);
  return [...new Set([...[...available].map((m) => m[1]!), ...installed])].sort();
}

const needs = (ok: boolean, what: string): boolean => {
  if (!ok && process.env.CI === 'true') throw new Error(`${what} is needed and absent`);
  if (!ok) console.log(`skipped: ${what} is absent`);
  return ok;
};
const hasDpkg = needs(has('dpkg', '--version') && has('apt-cache', '--version'), 'dpkg');
const hasPerl = hasDpkg && needs(has('perl', '-MDpkg::Version', '-e', '1'), 'Dpkg::Version (libdpkg-perl)');
/** What dpkg takes without a warning: an upstream version that starts with a digit, an epoch that fits an int. */
const valid = (text: string): boolean => {
  const parts = parseDebVersion(text);
  return parts !== undefined && parts.epoch.length < 9 && /^\d/.test(parts.upstream);
};
const pairsOf = (count: number, offset: number, accept = valid) =>
  versionPairs(archiveVersions(), count, '019azA.+-~:', seededRandom(seed + offset), accept);
/** Dpkg::Version turns runs of digits into doubles and so takes long ones for equal; only dpkg itself is asked about those. */
const fitsPerl = (text: string): boolean => valid(text) && !/\d{16}/.test(text);

it.skipIf(!hasPerl)('agrees with Dpkg::Version on every one of many pairs', () => {
  const pairs = pairsOf(LIBRARY_PAIRS, 0, fitsPerl);
  const script = 'use Dpkg::Version; while (<>) { chomp; my ($x, $y) = split / /; print version_compare($x, $y), "\\n"; }';
  const answers = run('perl', ['-e', script], pairs.map(([a, b]) => `${a} ${b}\n`).join('')).split('\n');
  const wrong = pairs.filter(([a, b], i) => compareDebVersions(a, b) !== Number(answers[i]));
  tellCounts('dpkg-pairs', { 'pairs for the library': pairs.length });
  expect(wrong, `seed ${seed}`).toEqual([]);
});

it.skipIf(!hasDpkg)('agrees with dpkg --compare-versions itself on every one of some pairs', () => {
  const pairs = pairsOf(PAIRS, 1);
  const lines = pairs.map(([a, b]) => `${a} ${SIGN[compareDebVersions(a, b)]} ${b}\n`).join('');
  const loop = 'while read -r a op b; do dpkg --compare-versions "$a" "$op" "$b" || echo "$a $op $b"; done';
  tellCounts('dpkg-pairs', { 'pairs for dpkg': pairs.length });
  expect(run('sh', ['-c', loop], lines), `seed ${seed}`).toBe('');
});

it.skipIf(!hasDpkg)('accepts every version of the archive', () => {
  expect(archiveVersions().filter((text) => parseDebVersion(text) === undefined)).toEqual([]);
});
