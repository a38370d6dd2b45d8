/** A program builds a bundle as the command line does, without it: manifest, request, resolution, bundle. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeBundle } from '../../src/build/make-bundle.ts';
import { createFetcher } from '../../src/fetch/download/fetcher.ts';
import { Downloader } from '../../src/metadata/downloader.ts';
import { inspectBundle } from '../../src/pack/read/verify-bundle.ts';
import { MINIMAL_BASELINE } from '../../src/resolve/baseline.ts';
import { loadManifest } from '../../src/resolve/load-manifest.ts';
import { resolve } from '../../src/resolve/resolve.ts';
import { openStore } from '../../src/store/store.ts';
import { TOY_DATE_SEC, toyArchive, toyKey, toyOverlay, writeArchive } from '../lab/upstreams/toy-archive.ts';
import { temporaryDir } from '../support/fetch-lab.ts';

const ROOT = join(import.meta.dirname, '../..');

it('builds a bundle from an upstream on disk', async () => {
  const dir = await temporaryDir();
  const key = await toyKey();
  const keyFile = join(dir, 'key.asc');
  writeArchive(await toyArchive(), join(dir, 'upstream'));
  writeFileSync(keyFile, key.publicKeyArmored);
  writeFileSync(join(dir, 'mine.yaml'), toyOverlay({ urls: [`file://${dir}/upstream`], fingerprint: key.fingerprint, keyFile }));

  const context = { report: () => undefined, signal: new AbortController().signal, nowSec: TOY_DATE_SEC + 60, nowMs: () => 0 };
  const store = await openStore(join(dir, 'store'));
  const fetcher = createFetcher({ store, report: context.report, signal: context.signal });
  const downloader = new Downloader({ store, fetcher, baseUrlsOf: ({ urls }) => urls });
  const target = { distro: 'd12', arch: 'x86_64' } as const;
  const choice = {
    target,
    flavor: 'debian',
    region: 'default',
    minor: null,
    overlays: [join(dir, 'mine.yaml')],
    onlyUpstreams: [],
    namesPackages: false,
  } as const;
  const { manifest, sha256 } = await loadManifest(ROOT, choice, store);
  const request = {
    profiles: ['toy'],
    packages: [],
    pgVersion: null,
    recommends: false,
    baselines: [MINIMAL_BASELINE],
    modules: new Map(),
  };
  const policy = { requireSignatures: true, ignoreExpiry: false };
  const { lock } = await resolve({ manifest, manifestSha256: sha256, ...request }, [], downloader, policy, context);
  const made = await makeBundle(
    {
      ...{ lock, version: 'v1', signer: null, treeDir: null, installerPath: null, assetsDir: join(dir, 'none') },
      ...{ findUpstreams: async () => manifest.upstreams, outputDir: join(dir, 'out') },
    },
    downloader,
    context,
  );
  downloader.close();

  expect(lock.packages.map(({ name }) => name)).toEqual(['hello', 'libgreet', 'world']);
  expect(readdirSync(join(dir, 'out'))).toHaveLength(3);
  const { index } = await inspectBundle(made.bundle?.path ?? '', null);
  expect(index).toMatchObject({ id: made.index.id, profiles: ['toy'], target });
});

it('without a file of the command line, here or in what this calls', () => {
  const seen = new Set<string>();
  const pending = [import.meta.filename];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const imports = readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b[^;]*?from '(\.[^']+)';/gm);
    pending.push(...[...imports].map((match) => join(file, '..', match[1] ?? '')));
  }
  expect(seen.size).toBeGreaterThan(100);
  expect([...seen].filter((file) => file.includes('/cli/'))).toEqual([]);
});
