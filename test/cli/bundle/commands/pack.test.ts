/** `pigsty-bundle pack`: from a lock and a store that is complete, with nothing else. */

import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { registerFetch } from '../../../../src/cli/bundle/commands/fetch.ts';
import { registerPack } from '../../../../src/cli/bundle/commands/pack.ts';
import { registerResolve } from '../../../../src/cli/bundle/commands/resolve.ts';
import { formatLock } from '../../../../src/lock/format-lock.ts';
import { callCommand } from '../../../lab/cli/call-command.ts';
import { cliEnvironment } from '../../../lab/cli/run-cli.ts';
import { startMirror, type ToyLab, type ToyMirror, toyLab } from '../../../lab/cli/toy-lab.ts';
import { sha256, toyArchive } from '../../../lab/upstreams/toy-archive.ts';
import { toyElSections, toyElUpstream } from '../../../lab/upstreams/toy-el-upstream.ts';
import { LOCK } from '../../../lock/toy-lock.ts';

const ROOT = join(import.meta.dirname, '../../../..');

/** A lock `toy.lock` and a store that has its packages; what the upstream is named by is still there. */
async function warm(family: 'deb' | 'el'): Promise<{ lab: ToyLab; mirror: ToyMirror }> {
  const lab = await toyLab();
  const mirror = await startMirror(family === 'deb' ? await toyArchive() : await toyElUpstream());
  await lab.overlay([mirror.url], family === 'deb' ? {} : { more: toyElSections([mirror.url]) });
  const target = family === 'deb' ? ['--distro', 'd12', '--flavor', 'debian'] : ['--distro', 'el9'];
  const request = [...target, '--profile', 'toy', '--manifest', 'overlay.yaml', '--store', 'store'];
  await callCommand(registerResolve, ['resolve', ...request, '--lock', 'toy.lock'], lab.dir);
  await callCommand(registerFetch, ['fetch', 'toy.lock', '--manifest', 'overlay.yaml', '--store', 'store'], lab.dir);
  mirror.seen.length = 0;
  return { lab, mirror };
}

const PACK = ['pack', 'toy.lock', '--store', 'store', '--output', 'out', '--no-installer'];

describe.each(['deb', 'el'] as const)('a lock whose packages are all in the store (%s)', (family) => {
  const NO_MANIFEST: Readonly<Record<string, readonly string[]>> = {
    'no overlay': [],
    'an overlay that is not there': ['--manifest', 'gone.yaml'],
    'an overlay that is none': ['--manifest', 'toy.lock'],
    'a region nobody knows': ['--region', 'moon'],
    'no network': ['--offline'],
  };

  it('needs no manifest and no network: packed the same with whatever overlay', async () => {
    const { lab, mirror } = await warm(family);
    const made = new Set<string>();
    for (const [what, more] of Object.entries(NO_MANIFEST)) {
      const { result, warnings } = await callCommand(registerPack, [...PACK, ...more], lab.dir);
      const bundle = result.data.bundle as { readonly path: string; readonly sha256: string };
      expect(result.data, what).toMatchObject({ packages: { count: 3 } });
      expect(warnings, what).toEqual([]);
      made.add(bundle.sha256).add(sha256(readFileSync(bundle.path)));
    }
    expect(made.size).toBe(1);
    expect(lab.list('out')).toHaveLength(3);
    expect(mirror.seen).toEqual([]);
  });
});

it('a program whose own manifests are unreadable packs a lock of signed packages', async () => {
  const { lab } = await warm('el');
  const program = lab.path('program');
  mkdirSync(join(program, 'manifests'), { recursive: true });
  writeFileSync(join(program, 'manifests', 'distros.yaml'), '\0 no manifest');
  for (const name of ['src', 'node_modules', 'package.json']) symlinkSync(join(ROOT, name), join(program, name));
  const links = ['--preserve-symlinks', '--preserve-symlinks-main'];
  const run = (...argv: readonly string[]) =>
    promisify(execFile)(process.execPath, [...links, join(program, 'src/cli/bin/pigsty-bundle.js'), ...argv], {
      cwd: lab.dir,
      env: cliEnvironment(lab.dir, {}),
    });
  // Nothing that needs a manifest works there: such an installation is broken.
  await expect(run('distros')).rejects.toMatchObject({ code: 70, stderr: expect.stringContaining('manifests/') });
  expect((await run(...PACK)).stdout).toContain('packages:  3, ');
});

describe('a lock whose packages are not all there', () => {
  it('is packed with what the overlay names', async () => {
    const { lab, mirror } = await warm('deb');
    const { result } = await callCommand(registerPack, [...PACK, '--store', 'other', '--manifest', 'overlay.yaml'], lab.dir);
    expect(result.data).toMatchObject({ packages: { count: 3 } });
    expect(mirror.seen.toSorted()).toEqual(['hello', 'libgreet', 'world'].map((name) => `pool/${name}_1.0_all.deb`));
  });

  it('needs its overlay and the network', async () => {
    const { lab } = await warm('deb');
    const refused: readonly (readonly [code: string, ...more: readonly string[]])[] = [
      ['LOCK_INVALID'],
      ['CONFIG_MISSING', '--manifest', 'gone.yaml'],
      ['FETCH_OFFLINE', '--manifest', 'overlay.yaml', '--offline'],
    ];
    for (const [code, ...more] of refused) {
      await expect(callCommand(registerPack, [...PACK, '--store', 'other', ...more], lab.dir)).rejects.toMatchObject({ code });
      expect(lab.list('out'), code).toEqual([]);
    }
  });
});

it.each<[string, readonly string[], string]>([
  ['no lock', ['none.lock'], 'LOCK_MISSING'],
  ['what is no lock', ['some.yaml'], 'LOCK_INVALID'],
  ['packages that are too large', ['toy.lock', '--budget', '100'], 'USAGE'],
])('%s cannot be packed', async (_, more, code) => {
  const lab = await toyLab();
  writeFileSync(lab.path('some.yaml'), 'schema: 1\n');
  writeFileSync(lab.path('toy.lock'), formatLock(LOCK));
  await expect(callCommand(registerPack, ['pack', ...more, '--store', 'store'], lab.dir)).rejects.toMatchObject({ code });
  expect(lab.list()).not.toContainEqual(expect.stringContaining('.tgz'));
});
