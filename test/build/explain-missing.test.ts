/** What is said of packages no mirror has: each of the three reasons, from a real server. */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { explainMissing, packageLabel } from '../../src/build/explain-missing.ts';
import { fetchPackages } from '../../src/build/fetch-packages.ts';
import { status } from '../lab/cli/toy-lab.ts';
import { debBuild, elBuild, type ToyBuild } from '../lab/upstreams/toy-build.ts';
import { locked } from '../lock/toy-lock.ts';

const PLUS = { packages: [{ name: 'hello', version: '1.0+b1' }, { name: 'world' }] };

async function hintOf({ lock, findUpstreams, downloader, context }: ToyBuild): Promise<string | undefined> {
  const error = await fetchPackages(lock, findUpstreams, downloader, context).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'FETCH_NOT_FOUND' });
  return (error as AppError).hint;
}

function remove(build: ToyBuild, pattern: RegExp): void {
  for (const path of [...build.mirror.files.keys()].filter((name) => pattern.test(name))) build.mirror.files.delete(path);
}

describe('a package that is missing', () => {
  it.each([
    ['DEB', debBuild, 'dists/toy/InRelease'],
    ['RPM', elBuild, 'repodata/repomd.xml'],
  ])('of a %s upstream with another root now has moved on', async (_, make, root) => {
    const build = await make();
    remove(build, /hello/);
    build.mirror.files.set(root, Buffer.from('another'));
    expect(await hintOf(build)).toBe('upstream toy has moved on since its index was read for this lock: run resolve again');
  });

  it('of an upstream with the same root was never there', async () => {
    const build = await debBuild();
    remove(build, /world/);
    expect(await hintOf(build)).toBe(
      'upstream toy still lists what it does not have: its server never had it, or is being updated: try another mirror, or later',
    );
  });

  it('where only names with a "+" are missing is beyond the server', async () => {
    const build = await debBuild(PLUS);
    remove(build, /\+/);
    expect(await hintOf(build)).toMatch(/only files with "\+" in their path are missing: the server of toy cannot do these characters/);
  });

  it('with a "+" in its name may be either', async () => {
    const build = await debBuild(PLUS);
    remove(build, /deb$/);
    const only = { ...build, lock: { ...build.lock, packages: build.lock.packages.filter(({ name }) => name === 'hello') } };
    expect(await hintOf(only)).toMatch(/cannot do "\+" in a path .* or never had it/);
  });

  it('of an upstream whose root cannot be had is told without guessing', async () => {
    const build = await debBuild();
    remove(build, /world/);
    for (const file of ['InRelease', 'Release']) build.mirror.answers.set(`dists/toy/${file}`, status(403));
    expect(await hintOf(build)).toBe('its server never had it, or is being updated: try another mirror, or later');
  });
});

it('other errors come back as they are', async () => {
  const { lock, downloader, findUpstreams } = await debBuild();
  const context = { lock, asked: lock.packages, findUpstreams };
  for (const error of [new Error('bug'), new AppError('FETCH_FAILED', 'x'), new AppError('FETCH_NOT_FOUND', 'x')]) {
    expect(await explainMissing(error, context, downloader)).toBe(error);
  }
});

it('names a package as errors do', () => {
  expect(packageLabel(locked('a', '1', { upstream: 'toy' }))).toBe('a 1 [toy]');
});
