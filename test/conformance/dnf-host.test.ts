/** What dnf takes on a host that has something already, ours against it: the rpm database is a real one, made by rpm. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rpmInstalledRequests } from '../../src/rpm/candidates/baseline.ts';
import { createRpmProvider } from '../../src/rpm/candidates/provider.ts';
import { RpmCandidatePool } from '../../src/rpm/candidates/rpm-candidate-pool.ts';
import { formatNevra, type RpmPackage } from '../../src/rpm/package/rpm-package.ts';
import { parsePrimary } from '../../src/rpm/repodata/primary.ts';
import { solve } from '../../src/solve/solve.ts';
import { buildRpms, createRepo, type RpmFixture } from '../lab/upstreams/rpm-fixtures.ts';
import { askDnf, hasDnf } from '../support/dnf-oracle.ts';
import { partOf } from '../support/el-release.ts';

const versions = ['16.1', '16.4'].flatMap((version): RpmFixture[] => [
  { name: 'pg-server', version, requires: [`pg = ${version}`, `pg-libs = ${version}`] },
  { name: 'pg', version, requires: [`pg-libs = ${version}`] },
  { name: 'pg-libs', version },
]);
const PACKAGES: readonly RpmFixture[] = [
  ...versions,
  // Either will do.
  { name: 'web', requires: ['server >= 2'] },
  { name: 'a-server', version: '2.0', provides: ['server = 2'] },
  { name: 'b-server', version: '1.0', provides: ['server = 1'] },
  { name: 'b-server', version: '2.0', provides: ['server = 2'] },
  { name: 'old-name', version: '1.0' },
  { name: 'new-name', version: '2.0', provides: ['old-name = 2'], obsoletes: ['old-name < 2'] },
  { name: 'wants-new', requires: ['new-name'] },
];

const DATABASE = ['--define', '_dbpath /var/lib/rpm', '--define', '_db_backend sqlite'];

let dir: string;
let packages: readonly RpmPackage[];
const rpms = () => join(dir, 'repo');

beforeAll(async () => {
  if (!hasDnf()) return;
  dir = mkdtempSync(join(tmpdir(), 'dnf-host-'));
  await buildRpms(PACKAGES, rpms());
  await createRepo(rpms());
  packages = await parsePrimary(partOf(rpms(), 'primary.xml.gz'), { source: 'repo' });
}, 300_000);
afterAll(() => {
  if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
});

/** A root whose rpm database has these packages. */
function hostWith(nevras: readonly string[]): string {
  const root = mkdtempSync(join(dir, 'host-'));
  const files = readdirSync(rpms()).filter((file) => nevras.some((nevra) => file === `${nevra}.rpm`));
  expect(files.length).toBe(nevras.length);
  const paths = files.map((file) => join(rpms(), file));
  if (paths.length === 0) mkdirSync(join(root, 'var/lib/rpm'), { recursive: true });
  else
    execFileSync('rpm', ['--root', root, ...DATABASE, '--force-debian', '-i', '--justdb', '--nodeps', '--nosignature', ...paths], {
      stdio: 'pipe',
    });
  return root;
}

function ours(installed: readonly string[], install: readonly string[]): readonly string[] | 'refused' {
  const onHost = packages.filter((pkg) => installed.includes(formatNevra(pkg)));
  const pool = new RpmCandidatePool({ arch: 'x86_64', upstreams: [{ name: 'repo', packages }], installed: onHost });
  const provider = createRpmProvider(pool, install);
  const requests = [...install.map((text) => provider.findRequest(text, 'test')), ...rpmInstalledRequests(provider)];
  const result = solve({ provider, requests });
  if (result.kind !== 'solution') return 'refused';
  return result.selected.flatMap((id) => (pool.get(id).isInstalled ? [] : [formatNevra(pool.get(id).pkg)])).sort();
}

describe.skipIf(!hasDnf())('as dnf does on a host', () => {
  it.each<[string, string[], string[], string[]]>([
    [
      'the newest of what was asked for comes before keeping a library',
      ['pg-libs-16.1-1.el9.noarch'],
      ['pg-server'],
      ['pg-16.4-1.el9.noarch', 'pg-libs-16.4-1.el9.noarch', 'pg-server-16.4-1.el9.noarch'],
    ],
    ['what is there is asked for no more', ['pg-libs-16.1-1.el9.noarch'], ['pg-libs'], []],
    ['what the host has settles an alternative', ['b-server-2.0-1.el9.noarch'], ['web'], ['web-1.0-1.el9.noarch']],
    ['without a host the names decide', [], ['web'], ['a-server-2.0-1.el9.noarch', 'web-1.0-1.el9.noarch']],
    [
      'a package gives way to its heir',
      ['old-name-1.0-1.el9.noarch'],
      ['wants-new'],
      ['new-name-2.0-1.el9.noarch', 'wants-new-1.0-1.el9.noarch'],
    ],
  ])('%s', (_what, installed, install, expected) => {
    const [theirs] = askDnf([{ install, host: hostWith(installed), repositories: [{ name: 'repo', url: `file://${rpms()}` }] }]);
    expect(theirs).toEqual({ installs: expected });
    expect(ours(installed, install)).toEqual(expected);
  });
});
