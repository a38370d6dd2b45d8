/**
 * Resolving, as the whole command: ours with and without anything kept from an earlier run, beside apt's simulation of the same names over
 * the same metadata, and beside the recursion Pigsty uses. Needs root's apt with fetched lists (`apt-get update`) for Debian 12.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseLock } from '../../src/lock/parse-lock.ts';
import { layOutPublished } from '../build/published.ts';
import type { Row } from './row.ts';
import { race, timeCommand } from './time-command.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const RUNS = 5;

export async function bench(): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-resolve-'));
  try {
    return measure(dir, await layOutPublished(ROOT, join(dir, 'published')));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function measure(dir: string, program: string): Row[] {
  const store = join(dir, 'store');
  const lockPath = join(dir, 'd12.lock');
  const ours = [
    process.execPath,
    program,
    'resolve',
    '--quiet',
    '--distro',
    'd12',
    '--flavor',
    'debian',
    '--store',
    store,
    '--lock',
    lockPath,
  ] as const;
  run(ours);
  const requested = requestedNames(lockPath);
  const apt = aptCommand(dir, requested);
  const forgetOurs = (): void => rmSync(join(store, 'derived'), { recursive: true, force: true });
  const forgetApt = (): void => {
    for (const name of readdirSync(join(dir, 'cache'))) if (name.endsWith('.bin')) rmSync(join(dir, 'cache', name));
  };
  const cold = race(RUNS, { ours: () => timeCommand(ours, forgetOurs), apt: () => timeCommand(apt, forgetApt) });
  const warm = race(RUNS, { ours: () => timeCommand(ours), apt: () => timeCommand(apt) });
  const recursion = requested.reduce((sum, name) => sum + timeCommand(['apt-cache', 'depends', '--recurse', ...RECURSION_FLAGS, name]), 0);
  const what = `resolve and prove ${requested.length} names, Debian 12 (66k packages)`;
  return [
    row(`${what}, cold`, cold.ours, 'apt-get -s install', cold.apt, '≤ 0.5'),
    row(`${what}, warm`, warm.ours, 'apt-get -s install', warm.apt, '≤ 0.3'),
    row(`${what}, cold`, cold.ours, 'apt-cache depends --recurse, name by name as Pigsty does', recursion, '≤ 0.05'),
    memoryRow(ours, forgetOurs),
  ];
}

const RECURSION_FLAGS = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map((field) => `--no-${field}`);

/** What the command was asked for, as package names apt knows. */
function requestedNames(lockPath: string): string[] {
  const text = execFileSync('cat', [lockPath], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const lock = parseLock(text, lockPath);
  return lock.packages.filter(({ why }) => why.startsWith('profile ')).map(({ name }) => name);
}

/** apt over an empty system, with caches of its own that can be forgotten. */
function aptCommand(dir: string, names: readonly string[]): string[] {
  const status = join(dir, 'status');
  writeFileSync(status, '');
  mkdirSync(join(dir, 'cache'), { recursive: true });
  const options = [
    `Dir::State::status=${status}`,
    `Dir::Cache=${join(dir, 'cache')}`,
    'Dir::Cache::pkgcache=pkgcache.bin',
    'Dir::Cache::srcpkgcache=srcpkgcache.bin',
    'APT::Install-Recommends=false',
    'Debug::NoLocking=true',
  ].flatMap((option) => ['-o', option]);
  return ['apt-get', '-s', ...options, 'install', ...names];
}

function memoryRow(ours: readonly [string, ...string[]], before: () => void): Row {
  before();
  const { stderr } = spawnSync('/usr/bin/time', ['-f', '%M', ...ours], { encoding: 'utf8' });
  const mib = Number(stderr.trim().split('\n').at(-1)) / 1024;
  return { what: 'memory of that, cold', ours: `${mib.toFixed(0)} MiB`, theirs: 'limit: 500 MiB', ratio: mib / 500, budget: '≤ 1' };
}

function run(argv: readonly [string, ...string[]]): void {
  const [command, ...args] = argv;
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

function row(what: string, oursMs: number, peer: string, peerMs: number, budget: string): Row {
  return {
    what,
    ours: `${(oursMs / 1000).toFixed(2)} s`,
    theirs: `${peer} ${(peerMs / 1000).toFixed(2)} s`,
    ratio: oursMs / peerMs,
    budget,
  };
}
