import { describe, expect, it } from 'vitest';
import { readPackages } from '../../src/build/read-packages.ts';
import { MINIMAL_BASELINE, NO_BASELINE } from '../../src/resolve/baseline.ts';
import { proveTree } from '../../src/resolve/prove-tree.ts';
import { resolve } from '../../src/resolve/resolve.ts';
import { debBuild, debManifest, debUpstream, elBuild, POLICY, type ToyBuild, toyInput, withPackage } from '../lab/upstreams/toy-build.ts';

async function read(build: ToyBuild, lock = build.lock) {
  return (await readPackages(lock, build.findUpstreams, build.downloader, build.context)).own;
}

describe('the proof of a tree', () => {
  it.each([
    ['DEB', debBuild],
    ['RPM', elBuild],
  ])('of %s holds when packages and indexes agree, with the lock alone', async (_, start) => {
    const build = await start();
    expect(() => proveTree(build.lock, [], null)).toThrow(expect.objectContaining({ code: 'PROOF_FAILED' }));
    const own = await read(build);
    expect(proveTree(build.lock, own, null)).toBeUndefined();
  });

  it.each([
    ['DEB', debBuild],
    ['RPM', elBuild],
  ])('of %s fails when a package is missing from it, naming the chain', async (_, start) => {
    const build = await start();
    const own = (await read(build)).filter(({ locked }) => locked.name !== 'libgreet');
    expect(() => proveTree(build.lock, own, null)).toThrow(
      expect.objectContaining({ code: 'PROOF_FAILED', message: expect.stringMatching(/profile packages.*baseline none[\s\S]*libgreet/) }),
    );
  });

  it('names every package that was solved with other dependencies', async () => {
    const build = await debBuild();
    const lock = withPackage(build.lock, 'hello', { relations: 'f'.repeat(16) });
    const own = await read(build, lock);
    expect(() => proveTree(lock, own, null)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('hello_1.0_all.deb [toy] says of itself: Depends: libgreet (>= 1)'),
        details: { packages: ['hello_1.0_all.deb'] },
      }),
    );
  });

  it('is made on every host that is known where it was solved', async () => {
    const build = await debBuild();
    const input = toyInput(debManifest(await debUpstream(build.mirror.url)));
    const { metadata } = await resolve(input, [], build.downloader, POLICY, build.context);
    const own = (await read(build)).filter(({ locked }) => locked.name !== 'libgreet');
    const lock = { ...build.lock, solved: build.lock.solved.filter(({ baseline }) => baseline === 'minimal') };
    expect(() => proveTree(lock, own, { metadata, baselines: [NO_BASELINE, MINIMAL_BASELINE] })).toThrow(/on baseline minimal/);
    expect(proveTree({ ...lock, solved: [] }, own, { metadata, baselines: [MINIMAL_BASELINE] })).toBeUndefined();
  });
});
