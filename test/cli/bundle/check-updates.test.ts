/** What a new build would change against a lock, from metadata alone. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { registerResolve } from '../../../src/cli/bundle/commands/resolve.ts';
import { callCommand } from '../../lab/cli/call-command.ts';
import { BUILD, startMirror, toyLab } from '../../lab/cli/toy-lab.ts';
import { TOY_PACKAGES, toyArchive } from '../../lab/upstreams/toy-archive.ts';

const REQUEST = BUILD.slice(1, BUILD.indexOf('--output'));
const OVERLAY = ['--manifest', 'overlay.yaml', '--store', 'store'];

/** A lock of the toy packages; `check` asks with these options. */
async function lockedLab(...more: readonly string[]) {
  const lab = await toyLab();
  const mirror = await startMirror(await toyArchive());
  await lab.overlay([mirror.url]);
  const call = (...argv: readonly string[]) => callCommand(registerResolve, ['resolve', ...argv], lab.dir);
  await call(...REQUEST, ...more, '--lock', 'old.lock');
  mirror.seen.length = 0;
  const check = (...options: readonly string[]) => call('--check-updates', 'old.lock', ...OVERLAY, ...options);
  const publish = async (versions: Readonly<Record<string, string>>) => {
    const packages = TOY_PACKAGES.map((one) => ({ ...one, version: versions[one.name] ?? '1.0' }));
    mirror.files = await toyArchive({ packages });
  };
  return { lab, mirror, check, publish };
}

describe('a lock', () => {
  it('that a new build would make again: exit code 0, and only the root was asked for', async () => {
    const { lab, mirror, check } = await lockedLab();
    const before = readFileSync(lab.path('old.lock'));
    const { result } = await check();
    expect(result.exitCode).toBe(0);
    expect(result.lines).toEqual(['old.lock: nothing new: a new build would have the same 3 packages']);
    expect(result.data).toMatchObject({
      lock: 'old.lock',
      target: 'd12.x86_64',
      updates: false,
      changes: [],
      upstreams: [],
      requestDiffers: [],
    });
    expect(mirror.seen).toEqual(['dists/toy/InRelease']);
    expect(readFileSync(lab.path('old.lock'))).toEqual(before);
  });

  it('whose upstream has something new: exit code 1, what and how much, and no package was downloaded', async () => {
    const { mirror, check, publish } = await lockedLab();
    await publish({ hello: '2.0' });
    const { result } = await check();
    expect(result.exitCode).toBe(1);
    expect(result.lines).toEqual([
      expect.stringMatching(/^↑ up {6}hello all 1\.0 → 2\.0.* {2}\[toy\]$/),
      expect.stringMatching(/^old\.lock: 1 of 3 packages would change, .* to download, .*; new metadata of toy$/),
    ]);
    expect(result.data).toMatchObject({
      updates: true,
      changes: [{ kind: 'up', name: 'hello', from: '1.0', to: '2.0', upstream: 'toy' }],
      upstreams: ['toy'],
    });
    expect(mirror.seen.filter((path) => path.startsWith('pool/'))).toEqual([]);
  });

  it('whose upstream was only signed anew: nothing new', async () => {
    const { mirror, check } = await lockedLab();
    mirror.files = await toyArchive({ dateSec: Date.UTC(2026, 0, 2) / 1000 + 60 });
    const { result } = await check();
    expect(result).toMatchObject({ exitCode: 0, data: { updates: false, upstreams: ['toy'] } });
  });

  it('asks for what it was made for: packages by name, majors, recommends', async () => {
    const { check } = await lockedLab('--package', 'libgreet=1.0', '--recommends', '--baseline', 'minimal');
    expect((await check()).result).toMatchObject({ exitCode: 0, data: { requestDiffers: [] } });
  });

  it('of which one group wants what is recommended: the others still do not', async () => {
    const lab = await toyLab();
    const recommending = (name: string, what: string) => [{ name, fields: { Recommends: what } }, { name: what }];
    const mirror = await startMirror(await toyArchive({ packages: [...recommending('hello', 'extra'), ...recommending('world', 'more')] }));
    const groups = { g: { packages: ['world'], recommends: true } };
    const profiles = { toy: { description: 'toy', packages: ['hello'], groups: ['g'] } };
    await lab.overlay([mirror.url], { more: { groups, profiles } });
    const call = (...argv: readonly string[]) => callCommand(registerResolve, ['resolve', ...argv], lab.dir);
    for (const [more, count] of [
      [[], 3],
      [['--recommends'], 4],
    ] as const) {
      const made = await call(...REQUEST, ...more, '--lock', 'old.lock');
      expect(made.result.data.packages).toBe(count);
      // With the option nothing in the lock tells it from the group's own wish: what only the option brought is told as removed.
      const { result, events } = await call('--check-updates', 'old.lock', ...OVERLAY);
      expect(events).toContainEqual({ type: 'note', message: expect.stringMatching(/if the build had --recommends/) });
      expect((result.data.changes as readonly object[]).length).toBe(count - 3);
    }
  });

  it('beside the same command line as the build: what differs in the request is told too', async () => {
    const { check } = await lockedLab();
    expect((await check(...REQUEST)).result).toMatchObject({ exitCode: 0, data: { requestDiffers: [] } });
    const { result, events } = await check(...REQUEST, '--recommends');
    expect(result.data.requestDiffers).not.toEqual([]);
    expect(events).toContainEqual({ type: 'note', message: expect.stringMatching(/^a new build would answer another request: /) });
  });
});

describe('several locks', () => {
  it('are told in one table', async () => {
    const { lab, check } = await lockedLab();
    writeFileSync(lab.path('second.lock'), readFileSync(lab.path('old.lock')));
    const { result } = await check('--check-updates', 'second.lock');
    expect(result.lines.slice(-3)).toEqual([
      'target      changes  download  result',
      'd12.x86_64        0       0 B  nothing new',
      'd12.x86_64        0       0 B  nothing new',
    ]);
  });
});

describe('what is refused', () => {
  it('is a lock that is not there', async () => {
    const { check } = await lockedLab();
    await expect(check('--check-updates', 'none.lock')).rejects.toMatchObject({ code: 'LOCK_MISSING' });
  });

  it('is a distro that the lock is not for', async () => {
    const { check } = await lockedLab();
    await expect(check('--distro', 'd13')).rejects.toMatchObject({
      code: 'USAGE',
      message: 'old.lock is for d12.x86_64, which --distro d13 does not name',
    });
  });

  it('are files the lock was made with and that are not given again', async () => {
    const { lab, check } = await lockedLab();
    const deb = (await toyArchive()).get('pool/hello_1.0_all.deb') ?? '';
    writeFileSync(lab.path('hello.deb'), deb);
    writeFileSync(lab.path('host.status'), '');
    const make = (...more: readonly string[]) =>
      callCommand(registerResolve, ['resolve', ...REQUEST, ...more, '--lock', 'old.lock'], lab.dir);
    await make('--package', './hello.deb');
    await expect(check()).rejects.toMatchObject({ code: 'LOCK_STALE', hint: 'give them again, with --package FILE' });
    expect((await check('--package', './hello.deb')).result.exitCode).toBe(0);
    await make('--baseline', 'host.status');
    await expect(check()).rejects.toMatchObject({ code: 'LOCK_STALE', hint: expect.stringContaining('--baseline FILE') });
    expect((await check('--baseline', 'host.status')).result.exitCode).toBe(0);
  });
});
