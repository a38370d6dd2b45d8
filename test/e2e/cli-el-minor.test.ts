/**
 * `--minor`: repositories of a minor release come from where they are kept, the rest follows the newest, and the program says which is
 * which.
 */
import { expect, it } from 'vitest';
import type { Distro } from '../../src/base/target.ts';
import { startMirror, toyLab } from '../lab/cli/toy-lab.ts';
import { ownManifest } from '../lab/embedded/profile-requests.ts';
import { type ArchiveFiles, toyKey } from '../lab/upstreams/toy-archive.ts';
import { toyElUpstream } from '../lab/upstreams/toy-el-upstream.ts';

const OURS = ['baseos', 'epel', 'pgdg18'];

/** The manifest's own EPEL and PGDG under a region of our own; BaseOS anew, since where minor releases are kept belongs to no region. */
async function minorLab(distro: Distro, directories: readonly string[]) {
  const lab = await toyLab();
  const toy = await toyElUpstream();
  const files: ArchiveFiles = new Map(directories.flatMap((at) => [...toy].map(([path, bytes]) => [`${at}/${path}`, bytes] as const)));
  const mirror = await startMirror(files);
  const { upstreams } = ownManifest({ distro, arch: 'x86_64' }, 'pigsty');
  const { fingerprint } = await toyKey();
  const key = { fingerprints: [fingerprint], keyrings: [lab.path('key.asc')], urls: [] };
  const baseos = {
    name: 'baseos',
    module: 'node',
    url: `${mirror.url}/pub`,
    path: '$releasever/BaseOS/$basearch/os/',
    vault: `${mirror.url}/vault`,
  };
  await lab.overlay([], {
    more: {
      keys: { toy: key, [`epel-${distro.slice(2)}`]: key, 'pgdg-yum-x86_64': key },
      mirrors: { epel: { lab: `${mirror.url}/epel` }, pgdg: { lab: `${mirror.url}/pgdg` } },
      disable: upstreams.map(({ name }) => name).filter((name) => !OURS.includes(name)),
      upstreams: [{ ...baseos, key: 'toy', signed: ['metadata', 'packages'] }],
    },
  });
  const roots = () => [...new Set(mirror.seen.filter((path) => path.endsWith('/repomd.xml')))].sort();
  const request = ['resolve', '--distro', distro, '--profile', 'toy', '--region', 'lab', '--manifest', 'overlay.yaml', '--store', 'store'];
  return { mirror, roots, run: (...more: readonly string[]) => lab.run([...request, '--mirrors', 'manifest', ...more]) };
}

const root = (directory: string): string => `${directory}/repodata/repomd.xml`;

it.each([
  [
    'el9',
    '9.4',
    ['epel/9/Everything/x86_64', 'pgdg/18/redhat/rhel-9-x86_64', 'vault/9.4/BaseOS/x86_64/os'],
    ['baseos'],
    ['epel', 'pgdg18'],
  ],
  [
    'el9',
    '9.6',
    ['epel/9/Everything/x86_64', 'pgdg/18/redhat/rhel-9.6-x86_64', 'vault/9.6/BaseOS/x86_64/os'],
    ['baseos', 'pgdg18'],
    ['epel'],
  ],
  [
    'el8',
    '8.9',
    ['epel/8/Everything/x86_64', 'pgdg/18/redhat/rhel-8-x86_64', 'vault/8.9/BaseOS/x86_64/os'],
    ['baseos'],
    ['epel', 'pgdg18'],
  ],
  [
    'el10',
    '10.1',
    ['epel/10z/Everything/x86_64', 'pgdg/18/redhat/rhel-10.1-x86_64', 'vault/10.1/BaseOS/x86_64/os'],
    ['baseos', 'pgdg18'],
    ['epel'],
  ],
] as const)('%s --minor %s', async (distro, minor, directories, own, newest) => {
  const { mirror, roots, run } = await minorLab(distro, directories);
  const resolved = await run('--minor', minor);
  expect(resolved.code, resolved.stderr).toBe(0);
  expect(roots()).toEqual(directories.map(root));
  expect(resolved.stdout).toMatch(`minor release ${minor} from its own repositories: `);
  const [, named = '', others = ''] = /own repositories: (.*); not kept per minor release, so the newest: (.*)/.exec(resolved.stdout) ?? [];
  expect([named.split(', ').sort(), others.split(', ').sort()]).toEqual([own, newest]);
  expect(resolved.stderr).toContain(`baseos of minor release ${minor}: ${mirror.url}/vault/${minor}/BaseOS/x86_64/os`);
});

it('the newest minor release, which is not kept apart yet, comes from the mirror', async () => {
  const { mirror, run } = await minorLab('el9', ['epel/9/Everything/x86_64', 'pgdg/18/redhat/rhel-9.8-x86_64', 'pub/9.8/BaseOS/x86_64/os']);
  const resolved = await run('--minor', '9.8');
  expect(resolved.code, resolved.stderr).toBe(0);
  expect(resolved.stderr).toContain(`baseos of minor release 9.8: ${mirror.url}/pub/9.8/BaseOS/x86_64/os`);
});

it('a minor release that nobody keeps is an error that names where it was looked for', async () => {
  const { mirror, run } = await minorLab('el9', ['epel/9/Everything/x86_64', 'pgdg/18/redhat/rhel-9-x86_64']);
  const refused = await run('--minor', '9.3');
  expect(refused.code).toBe(69);
  expect(refused.stderr).toContain(`${mirror.url}/vault/9.3/BaseOS/x86_64/os/repodata/repomd.xml: 404`);
});

it('without --minor nothing is said of minor releases, and no vault is asked', async () => {
  const { roots, run } = await minorLab('el9', ['epel/9/Everything/x86_64', 'pgdg/18/redhat/rhel-9.8-x86_64', 'pub/9/BaseOS/x86_64/os']);
  const resolved = await run();
  expect(resolved.code, resolved.stderr).toBe(0);
  expect(resolved.stdout + resolved.stderr).not.toContain('minor');
  expect(roots()).toEqual(['epel/9/Everything/x86_64', 'pgdg/18/redhat/rhel-9.8-x86_64', 'pub/9/BaseOS/x86_64/os'].map(root));
});
