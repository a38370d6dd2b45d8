/** From a request to a bundle, where indexes and packages do not say the same. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildBundle } from '../../src/build/build-bundle.ts';
import { makeBundle } from '../../src/build/make-bundle.ts';
import { resolve } from '../../src/resolve/resolve.ts';
import { type ToyPackage, toyArchive } from '../lab/upstreams/toy-archive.ts';
import { debManifest, debUpstream, POLICY, toyDownloader, toyInput, toyMirror } from '../lab/upstreams/toy-build.ts';
import { temporaryDir } from '../support/fetch-lab.ts';

async function building(packages: readonly ToyPackage[], budgetBytes: number | null = null) {
  const mirror = await toyMirror(await toyArchive({ packages }));
  const toy = await toyDownloader();
  const manifest = debManifest(await debUpstream(mirror.url));
  const request = toyInput(manifest, { packages: ['hello'] });
  const dir = await temporaryDir();
  const how = {
    ...{ findUpstreams: async () => manifest.upstreams, version: 'v9', signer: null, outputDir: null, installerPath: null },
    ...{ treeDir: join(dir, 'tree'), assetsDir: join(dir, 'assets') },
  };
  const build = () => buildBundle({ ...how, request, local: [], policy: POLICY, budgetBytes }, toy.downloader, toy.context);
  const pack = async () => {
    const { lock } = await resolve(request, [], toy.downloader, POLICY, toy.context);
    return makeBundle({ ...how, lock }, toy.downloader, toy.context);
  };
  return { ...toy, build, pack };
}

/** Each needs the next, and only the package says so. */
const CHAIN: readonly ToyPackage[] = [
  { name: 'hello', fields: { Depends: 'middle' }, listed: { Depends: '' } },
  { name: 'middle', fields: { Depends: 'last' }, listed: { Depends: '' } },
  { name: 'last' },
];

const names = ({ lock }: { readonly lock: { readonly packages: readonly { readonly name: string }[] } }) =>
  lock.packages.map(({ name }) => name);

describe('a package that says something else than its index', () => {
  it('counts by what it says itself, in as many rounds as it takes', async () => {
    const { build, warnings } = await building(CHAIN);
    const built = await build();
    expect(names(built)).toEqual(['hello', 'last', 'middle']);
    expect(built.made.index.proofs).toContainEqual({ profile: 'packages', baseline: 'none', ok: true, packages: 3 });
    const told = (file: string, text: string) =>
      `RELATIONS_DIFFER: ${file} [toy] has other dependencies than its upstream's index says, and its own count: ${text}`;
    expect(warnings()).toEqual([
      told('hello_1.0_all.deb', 'Depends: only the package says middle'),
      told('middle_1.0_all.deb', 'Depends: only the package says last'),
    ]);
  });

  it('makes a lock that can be packed by itself', async () => {
    const { build, downloader, context } = await building(CHAIN);
    const { lock } = await build();
    const dir = await temporaryDir();
    const how = { findUpstreams: async () => [], version: 'v9', signer: null, outputDir: null, treeDir: join(dir, 'tree') };
    const made = await makeBundle({ ...how, lock, installerPath: null, assetsDir: join(dir, 'assets') }, downloader, context);
    expect(made.index.packages.count).toBe(3);
  });

  it('brings nothing along that only its index asks for', async () => {
    const { build } = await building([{ name: 'hello', listed: { Depends: 'last' } }, { name: 'last' }]);
    expect(names(await build())).toEqual(['hello']);
  });

  it('may provide what its index does not know, and not what only its index knows', async () => {
    const provider = { name: 'provider', fields: { Provides: 'real' }, listed: { Provides: 'wrong' } };
    const { build } = await building([{ name: 'hello', fields: { Depends: 'wrong' } }, provider]);
    await expect(build()).rejects.toMatchObject({ code: 'SOLVE_UNSATISFIABLE', message: expect.stringContaining('requires wrong') });
  });

  it('is refused when what it says cannot be had', async () => {
    const { build } = await building([{ name: 'hello', fields: { Depends: 'nowhere' }, listed: { Depends: '' } }]);
    await expect(build()).rejects.toMatchObject({ code: 'SOLVE_UNSATISFIABLE', message: expect.stringContaining('requires nowhere') });
  });

  it('is refused by a lock that was solved by the index, which cannot be solved again', async () => {
    const { pack } = await building(CHAIN);
    await expect(pack()).rejects.toMatchObject({
      code: 'PROOF_FAILED',
      message: expect.stringContaining('hello_1.0_all.deb [toy] says of itself: Depends: middle'),
      hint: expect.stringContaining('build'),
    });
  });

  it('has a word for all of many', async () => {
    const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => ({ name, fields: { Breaks: 'x' }, listed: { Breaks: '' } }));
    const hello = { name: 'hello', fields: { Depends: many.map(({ name }) => name).join(', ') } };
    const { build, warnings } = await building([hello, ...many]);
    await build();
    expect(warnings()).toHaveLength(6);
    expect(warnings().at(-1)).toContain('2 more packages');
  });
});

it('stops before any download when the packages are more than the budget', async () => {
  const { build } = await building(CHAIN, 10);
  await expect(build()).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('budget') });
});
