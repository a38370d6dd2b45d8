/** Our manifest files with a user's overlays over them. */
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listDistros } from '../../src/config/manifest/list-distros.ts';
import { loadListing, loadManifest, type ManifestChoice } from '../../src/resolve/load-manifest.ts';
import { temporaryDir, temporaryStore } from '../support/fetch-lab.ts';

const ROOT = dirname(dirname(import.meta.dirname));

const CHOICE: ManifestChoice = {
  target: { distro: 'd12', arch: 'x86_64' },
  flavor: 'debian',
  region: 'default',
  minor: null,
  overlays: [],
  onlyUpstreams: [],
  namesPackages: false,
};

async function overlay(text: string): Promise<string> {
  const path = join(await temporaryDir(), 'overlay.yaml');
  writeFileSync(path, text);
  return path;
}

/** A copy of our manifests, to be changed. */
async function copyOfManifests(): Promise<string> {
  const root = await temporaryDir();
  mkdirSync(join(root, 'manifests'));
  cpSync(join(ROOT, 'manifests'), join(root, 'manifests'), { recursive: true });
  return root;
}

describe('the manifest of a choice', () => {
  it('is that of its target, with a digest that stays the same', async () => {
    const store = await temporaryStore();
    const first = await loadManifest(ROOT, CHOICE, store);
    expect(first.manifest).toMatchObject({ target: CHOICE.target, flavor: 'debian', region: 'default', minor: null });
    expect(first.sha256).toMatch(/^[0-9a-f]{64}$/);
    // The second time what was kept is read.
    expect(readdirSync(join(store.dir, 'derived', 'manifest-values'))).toHaveLength(1);
    expect(await loadManifest(ROOT, CHOICE, store)).toEqual(first);
  });

  it('of a build is kept whole, for this build, these files and this choice', async () => {
    const store = await temporaryStore();
    const path = await overlay('schema: 1\nprofiles: {mine: {description: one, packages: [nginx]}}\n');
    const choice = { ...CHOICE, overlays: [path] };
    const kept = () => readdirSync(join(store.dir, 'derived', 'manifest')).length;
    const first = await loadManifest(ROOT, choice, store, 'build-1');
    const again = await loadManifest(ROOT, choice, store, 'build-1');
    expect(again).toEqual(first);
    expect(again).toEqual(await loadManifest(ROOT, choice, store, null));
    expect(Object.isFrozen(again.manifest.upstreams[0])).toBe(true);
    expect(kept()).toBe(1);
    writeFileSync(path, 'schema: 1\nprofiles: {mine: {description: two, packages: [nginx]}}\n');
    expect((await loadManifest(ROOT, choice, store, 'build-1')).manifest.profiles.mine?.description).toBe('two');
    await loadManifest(ROOT, choice, store, 'build-2');
    await loadManifest(ROOT, { ...choice, region: 'china' }, store, 'build-2');
    expect(kept()).toBe(4);
  });

  it('has the overlays over it, the later over the earlier, and another digest', async () => {
    const store = await temporaryStore();
    const plain = await loadManifest(ROOT, CHOICE, store);
    const overlays = [
      await overlay('schema: 1\nprofiles: {mine: {description: one, packages: [nginx]}}\n'),
      await overlay('schema: 1\nprofiles: {mine: {description: two, packages: [nginx]}}\n'),
    ];
    const laid = await loadManifest(ROOT, { ...CHOICE, overlays }, store);
    expect(laid.manifest.profiles.mine?.description).toBe('two');
    expect(laid.sha256).not.toBe(plain.sha256);
  });

  it('knows groups of every file only where packages are named', async () => {
    const store = await temporaryStore();
    const few = Object.keys((await loadManifest(ROOT, CHOICE, store)).manifest.groups);
    const all = Object.keys((await loadManifest(ROOT, { ...CHOICE, namesPackages: true }, store)).manifest.groups);
    expect(all).toEqual(expect.arrayContaining(few));
    expect(all.length).toBeGreaterThanOrEqual(few.length);
  });

  it('is read anew when a file of ours has changed', async () => {
    const root = await copyOfManifests();
    const store = await temporaryStore();
    await loadManifest(root, CHOICE, store);
    writeFileSync(join(root, 'manifests', 'distros.yaml'), 'schema: 1\nnonsense: 1\n');
    await expect(loadManifest(root, CHOICE, store)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

describe('an overlay that cannot be used', () => {
  it('because it is not there is CONFIG_MISSING', async () => {
    const loaded = loadManifest(ROOT, { ...CHOICE, overlays: ['/nonexistent/overlay.yaml'] }, await temporaryStore());
    await expect(loaded).rejects.toMatchObject({
      code: 'CONFIG_MISSING',
      message: 'cannot read the manifest /nonexistent/overlay.yaml',
      hint: 'check the path given with --manifest',
    });
  });

  it.each(['schema: 1\nupstream: []\n', 'schema: 1\nschema: 1\n', '[', 'schema: 99\n', ''])(
    'because it says %j is CONFIG_INVALID',
    async (text) => {
      const loaded = loadManifest(ROOT, { ...CHOICE, overlays: [await overlay(text)] }, await temporaryStore());
      await expect(loaded).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    },
  );
});

it('the listing needs no target', async () => {
  expect(listDistros(await loadListing(ROOT)).map(({ code }) => code)).toContain('el9');
});
