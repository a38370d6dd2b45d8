/** `pigsty-bundle build`: the whole way, asking nobody anything twice. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { registerBuild } from '../../../../src/cli/bundle/commands/build.ts';
import { registerKeygen } from '../../../../src/cli/bundle/commands/keygen.ts';
import { registerResolve } from '../../../../src/cli/bundle/commands/resolve.ts';
import { callCommand } from '../../../lab/cli/call-command.ts';
import { BUILD, BUNDLE, startMirror, toyLab } from '../../../lab/cli/toy-lab.ts';
import { toyArchive, toyKey } from '../../../lab/upstreams/toy-archive.ts';
import { toyElSections, toyElUpstream } from '../../../lab/upstreams/toy-el-upstream.ts';

/** A lab whose overlay names a mirror of the toy archive. */
async function debLab() {
  const lab = await toyLab();
  const mirror = await startMirror(await toyArchive());
  await lab.overlay([mirror.url]);
  return { lab, mirror, build: (...more: readonly string[]) => callCommand(registerBuild, [...BUILD, ...more], lab.dir) };
}

const EL_BUILD = BUILD.map((word) => (word === 'd12' ? 'el9' : word === 'debian' ? 'pigsty' : word));

/** The same of the EL upstream, which is found by a mirror list and publishes its key. */
async function elLab() {
  const lab = await toyLab();
  const { publicKeyArmored, fingerprint } = await toyKey();
  const mirror = await startMirror(await toyElUpstream());
  mirror.files.set('key.asc', Buffer.from(publicKeyArmored));
  mirror.files.set('mirrorlist', Buffer.from(`${mirror.url}/\n`));
  const keys = { toy: { fingerprints: [fingerprint], keyrings: [], urls: [`${mirror.url}/key.asc`] } };
  await lab.overlay([], { more: { ...toyElSections([`${mirror.url}/mirrorlist`]), keys } });
  return { lab, mirror, build: (...more: readonly string[]) => callCommand(registerBuild, [...EL_BUILD, ...more], lab.dir) };
}

describe('one build', () => {
  it('of an EL target asks once for mirror list, key, root and every file', async () => {
    const { lab, mirror, build } = await elLab();
    await build();
    expect(lab.list('out')).toHaveLength(3);
    const asked = mirror.seen.toSorted();
    expect(asked).toEqual([...new Set(asked)]);
    expect(asked).toEqual(expect.arrayContaining(['mirrorlist', 'key.asc', 'repodata/repomd.xml', 'world-1.0-1.el9.x86_64.rpm']));
  });

  it('of a DEB target asks for nothing twice either', async () => {
    const { lab, mirror, build } = await debLab();
    await build();
    expect(lab.list('out')).toHaveLength(3);
    expect(mirror.seen.toSorted()).toEqual([...new Set(mirror.seen)].sort());
  });

  it('says what it made, and as data', async () => {
    const { lab, build } = await debLab();
    const { result, warnings } = await build();
    expect(result.data).toMatchObject({
      bundle: { path: lab.path('out', BUNDLE) },
      target: { distro: 'd12', arch: 'x86_64' },
      packages: { count: 3 },
      installer: null,
    });
    expect(result.lines).toContain(`lock:      ${lab.path('out', BUNDLE.replace('.tgz', '.lock'))}`);
    expect(warnings).toEqual([]);
  });

  it('signs with a key of keygen', async () => {
    const { lab, build } = await debLab();
    await callCommand(registerKeygen, ['keygen', '--output', 'my.key'], lab.dir, { nowSec: 1_767_000_000 });
    const { result } = await build('--sign', 'my.key');
    expect(result.lines.at(-1)).toMatch(/--key KEY.pub.asc$/);
  });
});

describe('with a lock', () => {
  it('builds what the lock says, also when the upstream has moved on', async () => {
    const { lab, mirror, build } = await debLab();
    const request = BUILD.slice(1, BUILD.indexOf('--output'));
    await callCommand(registerResolve, ['resolve', ...request, '--lock', 'd12.lock'], lab.dir);
    const moved = await toyArchive({
      packages: [
        { name: 'hello', version: '2.0' },
        { name: 'world', version: '2.0' },
      ],
    });
    mirror.files = new Map([...mirror.files, ...moved]);
    await build('--locked', '--lock', 'd12.lock');
    const lock = readFileSync(lab.path('out', BUNDLE.replace('.tgz', '.lock')), 'utf8');
    expect(lock).toBe(readFileSync(lab.path('d12.lock'), 'utf8'));
    expect(lock).toContain('"1.0"');
  });

  it('of another request is LOCK_STALE, and nothing is made', async () => {
    const { lab, build } = await debLab();
    const request = BUILD.slice(1, BUILD.indexOf('--output'));
    await callCommand(registerResolve, ['resolve', ...request, '--recommends', '--lock', 'd12.lock'], lab.dir);
    await expect(build('--locked', '--lock', 'd12.lock')).rejects.toMatchObject({ code: 'LOCK_STALE' });
    expect(lab.list('out')).toEqual([]);
  });

  it('that is not there is LOCK_MISSING', async () => {
    const { build } = await debLab();
    await expect(build('--locked')).rejects.toMatchObject({ code: 'LOCK_MISSING', message: expect.stringContaining('d12.x86_64.lock') });
  });
});

describe('what is refused before any package is downloaded', () => {
  it.each<[string, readonly string[], string]>([
    ['packages that are too large', ['--budget', '100'], 'USAGE'],
    ['a key that is none', ['--sign', 'overlay.yaml'], 'KEY_UNUSABLE'],
    ['a place that is a file', ['--output', 'overlay.yaml'], 'OUTPUT_UNWRITABLE'],
    ['nothing to make', ['--no-bundle'], 'USAGE'],
    ['a profile nobody knows', ['--profile', 'toys'], 'PROFILE_UNKNOWN'],
  ])('%s', async (_, more, code) => {
    const { mirror, build } = await debLab();
    await expect(build(...more)).rejects.toMatchObject({ code });
    expect(mirror.seen.filter((path) => path.startsWith('pool/'))).toEqual([]);
  });
});

it('an unknown option is commander’s to refuse', async () => {
  const { lab } = await debLab();
  await expect(callCommand(registerBuild, [...BUILD, '--signed'], lab.dir)).rejects.toMatchObject({ code: 'commander.unknownOption' });
});
