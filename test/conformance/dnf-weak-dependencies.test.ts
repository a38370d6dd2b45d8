/** What a manifest's group says of weak dependencies, through the whole program, against dnf with and without `install_weak_deps`. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseLock } from '../../src/lock/parse-lock.ts';
import type { RpmPackage } from '../../src/rpm/package/rpm-package.ts';
import { formatRepodata } from '../../src/rpm/write/format-repodata.ts';
import { runCli } from '../lab/cli/run-cli.ts';
import { ownManifest } from '../lab/embedded/profile-requests.ts';
import { randomWeakWorlds } from '../lab/upstreams/random-rpm-worlds.ts';
import { toyRpm } from '../lab/upstreams/toy-rpms.ts';
import { askDnf, hasDnf } from '../support/dnf-oracle.ts';
import { seedOfRun, sizeOf, tellCounts } from '../support/long-tests.ts';
import { seededRandom } from '../support/version-pairs.ts';

const seed = seedOfRun() + 1;
const dnf = hasDnf();
if (!dnf && process.env.CI === 'true') throw new Error("dnf's Python interface (python3-dnf) is needed and absent");

/** What dnf never follows by itself. */
const ASKED: readonly RpmPackage[] = [
  toyRpm('asked-app', { recommends: ['asked-friend'], suggests: ['asked-idea'] }),
  ...[toyRpm('asked-friend'), toyRpm('asked-idea'), toyRpm('asked-fan', { enhances: ['asked-idea'] })],
];

let dir: string;
let repository: string;
let wanted: readonly string[];

beforeAll(() => {
  if (!dnf) return;
  dir = mkdtempSync(join(tmpdir(), 'dnf-weak-'));
  repository = join(dir, 'upstream');
  const worlds = randomWeakWorlds(seededRandom(seed), sizeOf('dnf-weak-worlds'));
  const packages = [...worlds.flatMap((world) => world.packages), ...ASKED].map((pkg) => ({ pkg, files: null }));
  for (const { path, bytes } of formatRepodata(packages, { snapshotSec: 1 })) {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), bytes);
  }
  const repositories = [{ name: 'random', url: `file://${repository}` }];
  const alone = askDnf(worlds.map(({ install }) => ({ install, repositories })));
  wanted = worlds.filter((_, at) => !('problem' in alone[at]!)).flatMap(({ install }) => install);
});
afterAll(() => {
  if (dnf) rmSync(dir, { recursive: true, force: true });
});

/** Names the lock has after the packages were asked for as one group. */
async function locked(group: Readonly<Record<string, unknown>>, ...more: readonly string[]): Promise<readonly string[]> {
  const overlay = {
    schema: 1,
    disable: ownManifest({ distro: 'el9', arch: 'x86_64' }, 'pigsty').upstreams.map(({ name }) => name),
    upstreams: [{ name: 'random', url: `file://${repository}` }],
    groups: { trial: group },
    profiles: { trial: { description: 'for tests', groups: ['trial'] } },
  };
  writeFileSync(join(dir, 'overlay.yaml'), stringify(overlay));
  const lock = join(dir, 'trial.lock');
  const request = ['resolve', '--distro', 'el9', '--profile', 'trial', '--manifest', 'overlay.yaml', '--store', 'store', '--lock', lock];
  const run = await runCli([...request, ...more], { cwd: dir });
  expect(run.code, run.stderr).toBe(0);
  return parseLock(readFileSync(lock, 'utf8'), lock).packages.map(({ name }) => name);
}

function dnfNames(weak: boolean): readonly string[] {
  const [answer] = askDnf([{ install: wanted, repositories: [{ name: 'random', url: `file://${repository}` }], weak }]);
  if (answer === undefined || 'problem' in answer) throw new Error(JSON.stringify(answer));
  return answer.installs.map((nevra) => nevra.replace(/-[^-]+-[^-]+$/, '')).sort();
}

describe.skipIf(!dnf)('a group', () => {
  it('with recommends, or any with --recommends, has what dnf has with weak dependencies', async () => {
    const theirs = dnfNames(true);
    expect(await locked({ packages: wanted, recommends: true })).toEqual(theirs);
    expect(await locked({ packages: wanted }, '--recommends')).toEqual(theirs);
    tellCounts('dnf-weak-worlds', { names: wanted.length, packages: theirs.length, 'without weak dependencies': dnfNames(false).length });
    expect(theirs.length).toBeGreaterThan(dnfNames(false).length * 1.5);
  });

  it('without has what dnf has without them', async () => {
    expect(await locked({ packages: wanted })).toEqual(dnfNames(false));
  });

  it('with suggests has more than dnf ever takes by itself', async () => {
    expect(await locked({ packages: ['asked-app'], recommends: true })).toEqual(['asked-app', 'asked-friend']);
    expect(await locked({ packages: ['asked-app'], suggests: true })).toEqual(['asked-app', 'asked-fan', 'asked-friend', 'asked-idea']);
  });
});
