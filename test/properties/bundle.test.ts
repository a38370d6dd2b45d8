/** Laws of the bundle format: what was packed comes back, the framing is gzip for any content, and any single damaged byte is noticed. */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { treeFileOf } from '../../src/base/tree-file-of.ts';
import { findPathFaults } from '../../src/pack/format/entry-path.ts';
import { formatDeflated, formatGzipEnd, formatStored, GZIP_HEADER } from '../../src/pack/format/gzip-frames.ts';
import { compareEntryPaths } from '../../src/pack/format/layout.ts';
import { unpackBundle } from '../../src/pack/read/unpack-bundle.ts';
import { verifyBundle } from '../../src/pack/read/verify-bundle.ts';
import { scratchDir, treeOf, writeToy } from '../lab/upstreams/bundle-lab.ts';
import { noise, quietContext } from '../lab/upstreams/toy-bundle.ts';

it('stored and deflated pieces in any order are one gzip member', async () => {
  const piece = fc.record({ bytes: fc.uint8Array({ maxLength: 200_000 }), isStored: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async (pieces) => {
      const payload = Buffer.concat(pieces.map((p) => p.bytes));
      const framed = await Promise.all(pieces.map((p) => (p.isStored ? formatStored(p.bytes) : formatDeflated(p.bytes))));
      const gzip = Buffer.concat([GZIP_HEADER, ...framed, formatGzipEnd(crc32(payload), payload.length)]);
      expect(gunzipSync(gzip).equals(payload)).toBe(true);
    }),
    { numRuns: 40 },
  );
});

it('packages of any size come back as they were', async () => {
  const size = fc.oneof(fc.constantFrom(0, 1, 511, 512, 513, 65_535, 65_536, 1_572_840, 1_572_841), fc.nat(300_000));
  await fc.assert(
    fc.asyncProperty(fc.array(size, { maxLength: 4 }), fc.array(size, { maxLength: 2 }), async (packageSizes, assetSizes) => {
      const packages = packageSizes.map((n, i) => treeFileOf(`p${i}_1_all.deb`, noise(n, i)));
      const assets = assetSizes.map((n, i) => treeFileOf(`a${i}`, noise(n, i + 50)));
      const { path } = await writeToy(await scratchDir(), { packages, assets });
      const webRoot = await scratchDir();
      await unpackBundle(path, { webRoot, trust: null, replace: false }, quietContext());
      const tree = await treeOf(join(webRoot, 'pigsty'));
      const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
      for (const file of packages) expect(sha(Buffer.from(tree.get(file.path)!, 'latin1'))).toBe(file.sha256);
      for (const file of assets) expect(sha(Buffer.from(tree.get(`assets/${file.path}`)!, 'latin1'))).toBe(file.sha256);
    }),
    { numRuns: 12 },
  );
});

it('a changed byte anywhere but in the gzip header is noticed', async () => {
  const { path } = await writeToy(await scratchDir());
  const whole = await readFile(path);
  const damaged = join(await scratchDir(), 'x.tgz');
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 10, max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const copy = Buffer.from(whole);
      copy.writeUInt8(copy.readUInt8(at) ^ flip, at);
      await writeFile(damaged, copy);
      await expect(verifyBundle(damaged, null, quietContext())).rejects.toMatchObject({ code: expect.stringMatching(/^BUNDLE_/) });
    }),
    { numRuns: 40 },
  );
});

it('a bundle cut anywhere is noticed', async () => {
  const { path } = await writeToy(await scratchDir());
  const whole = await readFile(path);
  const cut = join(await scratchDir(), 'x.tgz');
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), async (length) => {
      await writeFile(cut, whole.subarray(0, length));
      await expect(verifyBundle(cut, null, quietContext())).rejects.toMatchObject({ code: 'BUNDLE_TRUNCATED' });
    }),
    { numRuns: 25 },
  );
});

it('the order of entries is total and does not depend on the order of the input', () => {
  const path = fc.constantFrom(
    'pigsty.sources',
    'pigsty/Packages',
    'pigsty/a.deb',
    'pigsty/b.rpm',
    'pigsty/repo_complete',
    'pigsty/bundle.json',
    'pigsty/assets/x',
    'pigsty/repodata/r',
  );
  fc.assert(
    fc.property(fc.uniqueArray(path), (paths) => {
      expect(paths.toSorted(compareEntryPaths)).toEqual(paths.toReversed().sort(compareEntryPaths));
    }),
  );
});

it('a path that is let through never leaves pigsty/', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom('..', '.', '', '/', 'pigsty', 'a')), { minLength: 1, maxLength: 5 }),
      (segments) => {
        const path = segments.join('/');
        if (findPathFaults([path, 'pigsty/repo_complete']).length > 0) return;
        const resolved = new URL(`file:///root/${path.split('/').map(encodeURIComponent).join('/')}`).pathname;
        expect(resolved.startsWith('/root/pigsty')).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
});
