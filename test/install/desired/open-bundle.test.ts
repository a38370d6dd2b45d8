import { expect, it } from 'vitest';
import { installerOf, openBundle } from '../../../src/install/desired/open-bundle.ts';
import { scratchDir, writeToy } from '../../lab/upstreams/bundle-lab.ts';
import { noise } from '../../lab/upstreams/toy-bundle.ts';
import { someBundle } from '../../support/some-input.ts';

const open = async (programVersion = '0.1.0') => {
  const { path, index } = await writeToy(await scratchDir());
  return { index, bundle: await openBundle(path, { trust: null, programVersion }) };
};

it('knows what is needed to plan', async () => {
  const { index, bundle } = await open();
  expect(bundle).toMatchObject({ index, signature: { kind: 'unsigned' }, view: { id: index.id, family: 'deb' } });
  expect(bundle.packedBytes).toBeGreaterThan(3_000_000);
  expect([...bundle.assets.keys()]).toEqual(['dashboards/node.json', 'empty.txt']);
  expect(bundle.metadata.map(({ path }) => path)).toEqual(['bundle.lock', 'Packages', 'Release']);
});

it('is refused when it needs a newer program', async () => {
  await expect(open('0.0.1')).rejects.toMatchObject({ code: 'BUNDLE_TOO_NEW' });
});

it('gives its installer', async () => {
  const { bundle } = await open();
  expect(noise(5000, 4).equals(await installerOf(bundle))).toBe(true);
});

it('says what to do when it carries none', async () => {
  await expect(installerOf(someBundle())).rejects.toMatchObject({
    code: 'BUNDLE_INVALID',
    hint: expect.stringContaining('build it again'),
  });
});
