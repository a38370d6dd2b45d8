/** Bundles built to do harm. Every one is refused, and the host is as it was. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { BundleIndex } from '../../src/pack/format/bundle-index.ts';
import { finishBundleIndex, formatBundleIndex } from '../../src/pack/format/bundle-index.ts';
import { unpackBundle } from '../../src/pack/read/unpack-bundle.ts';
import { verifyBundle } from '../../src/pack/read/verify-bundle.ts';
import type { RawEntry } from '../lab/upstreams/bundle-lab.ts';
import { honestEntries, packMember, rawEntry, scratchDir, treeOf, writeRaw } from '../lab/upstreams/bundle-lab.ts';
import { quietContext } from '../lab/upstreams/toy-bundle.ts';

/** Refused by verify and by unpack alike, and nothing is left in the web root or above it. */
async function expectRefused(path: string, code: unknown): Promise<void> {
  await expect(verifyBundle(path, null, quietContext())).rejects.toMatchObject({ name: 'AppError', code });
  const parent = await scratchDir();
  const webRoot = join(parent, 'www');
  await mkdir(webRoot);
  await writeFile(join(parent, 'bystander'), 'untouched');
  await expect(unpackBundle(path, { webRoot, trust: null, replace: true }, quietContext())).rejects.toMatchObject({
    name: 'AppError',
    code,
  });
  expect(await treeOf(parent)).toEqual(new Map([['bystander', 'untouched']]));
}

/** Puts `extra` before the marker. */
function withExtra(extra: RawEntry): RawEntry[] {
  const { entries } = honestEntries();
  return [...entries.slice(0, -1), extra, ...entries.slice(-1)];
}

it('accepts the honest bundle that the others are made from', async () => {
  const { entries } = honestEntries();
  expect((await verifyBundle(await writeRaw(await scratchDir(), entries), null, quietContext())).fileCount).toBe(entries.length - 1);
});

it.each<[string, RawEntry]>([
  ['an absolute path', { path: '/etc/passwd', bytes: Buffer.from('x') }],
  ['a path with ..', { path: 'pigsty/../../x', bytes: Buffer.from('x') }],
  ['a path that begins with ..', { path: '../x', bytes: Buffer.from('x') }],
  ['a file that is not in the index', { path: 'pigsty/extra.deb', bytes: Buffer.from('x') }],
  ['a file beside the repository', { path: 'index.html', bytes: Buffer.from('x') }],
  ['a symbolic link', { path: 'pigsty/link', type: 'SymbolicLink', linkpath: '/etc' }],
  ['a hard link', { path: 'pigsty/link', type: 'Link', linkpath: '/etc/passwd' }],
  ['a character device', { path: 'pigsty/null', type: 'CharacterDevice' }],
  ['a block device', { path: 'pigsty/sda', type: 'BlockDevice' }],
  ['a FIFO', { path: 'pigsty/fifo', type: 'FIFO' }],
  ['a directory', { path: 'pigsty/dir/', type: 'Directory', mode: 0o777 }],
  ['a file twice', { path: 'pigsty/a_1_all.deb', bytes: Buffer.from('x') }],
  ['a second index', { path: 'pigsty/bundle.json', bytes: Buffer.from('{}') }],
  ['a name in other case', { path: 'pigsty/PACKAGES', bytes: Buffer.from('x') }],
])('refuses %s', async (_what, extra) => {
  await expectRefused(await writeRaw(await scratchDir(), withExtra(extra)), 'BUNDLE_UNSAFE_ENTRY');
});

it.each<[string, Partial<RawEntry>, string]>([
  ['setuid', { mode: 0o4755 }, 'BUNDLE_UNSAFE_ENTRY'],
  ['world-writable', { mode: 0o666 }, 'BUNDLE_UNSAFE_ENTRY'],
  ['owned by somebody', { uid: 1000 }, 'BUNDLE_UNSAFE_ENTRY'],
  ['of another time', { mtimeSec: 1 }, 'BUNDLE_UNSAFE_ENTRY'],
  ['a link to a file of the bundle', { type: 'SymbolicLink', linkpath: 'Packages', bytes: Buffer.alloc(0) }, 'BUNDLE_UNSAFE_ENTRY'],
  ['longer than the index says', { bytes: Buffer.alloc(2000) }, 'BUNDLE_DIGEST_MISMATCH'],
  ['shorter than the index says', { bytes: Buffer.alloc(2) }, 'BUNDLE_DIGEST_MISMATCH'],
  ['of other content', { bytes: Buffer.alloc(700) }, 'BUNDLE_DIGEST_MISMATCH'],
  ['said to be enormous', { sizeBytes: 2 ** 40 }, 'BUNDLE_DIGEST_MISMATCH'],
])('refuses a package that is %s', async (_what, change, code) => {
  const { entries } = honestEntries();
  const changed = entries.map((entry) => (entry.path === 'pigsty/a_1_all.deb' ? { ...entry, ...change } : entry));
  await expectRefused(await writeRaw(await scratchDir(), changed), code);
});

it.each<[string, (entries: RawEntry[]) => RawEntry[]]>([
  ['without its marker', (entries) => entries.slice(0, -1)],
  ['without a package', (entries) => entries.filter((entry) => entry.path !== 'pigsty/b_1_all.deb')],
  ['with its marker in the middle', (entries) => [...entries.slice(0, 3), entries.at(-1)!, ...entries.slice(3, -1)]],
  ['with its index at the end', (entries) => [...entries.slice(1), entries[0]!]],
  ['with two packages exchanged', (entries) => [...entries.slice(0, -4), ...entries.slice(-4).toReversed()]],
  ['with another marker', (entries) => [...entries.slice(0, -1), { ...entries.at(-1)!, bytes: Buffer.from('') }]],
])('refuses a bundle %s', async (_what, rearrange) => {
  await expectRefused(await writeRaw(await scratchDir(), rearrange(honestEntries().entries)), expect.stringMatching(/^BUNDLE_/));
});

it.each<[string, string]>([
  ['an absolute path', '/etc/cron.d/x'],
  ['a path with ..', 'pigsty/../../etc/x'],
  ['a path outside', 'other/x'],
  ['a control character', 'pigsty/a\nb'],
  ['a NUL', 'pigsty/a\0b'],
  ['a backslash', 'pigsty\\x'],
  ['a name that differs in case only', 'pigsty/PACKAGES'],
  ['a file below a file', 'pigsty/Packages/x'],
  ['the index itself', 'pigsty/bundle.json'],
  ['an empty segment', 'pigsty//x'],
  ['the repository itself', 'pigsty'],
])('refuses an index that lists %s', async (_what, path) => {
  const { index, entries } = honestEntries();
  const { id: _id, ...content } = index;
  const evil = finishBundleIndex({ ...content, files: [...content.files, { path, sizeBytes: 1, sha256: '0'.repeat(64) }] });
  await expectRefused(
    await writeRaw(await scratchDir(), [{ path: 'pigsty/bundle.json', bytes: formatBundleIndex(evil) }, ...entries.slice(1)]),
    'BUNDLE_UNSAFE_ENTRY',
  );
});

it.each<[string, (index: BundleIndex) => Uint8Array]>([
  ['edited', (index) => Buffer.from(formatBundleIndex(index).toString().replace('"infra"', '"inFra"'))],
  ['not canonical', (index) => Buffer.from(JSON.stringify(index, null, 1))],
  ['with a member twice', (index) => Buffer.from(formatBundleIndex(index).toString().replace('{', '{"version":"9",'))],
  ['with an unknown member', (index) => formatBundleIndex({ ...index, extra: 1 } as BundleIndex)],
  ['not JSON', () => Buffer.from('{')],
  ['empty', () => Buffer.from('')],
  ['of wrong totals', ({ id: _id, ...index }) => formatBundleIndex(finishBundleIndex({ ...index, packages: { count: 1, sizeBytes: 1 } }))],
  ['nested deeply', () => Buffer.from(`{"schema":1,"components":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)],
])('refuses an index that is %s', async (_what, make) => {
  const { index, entries } = honestEntries();
  await expectRefused(
    await writeRaw(await scratchDir(), [{ path: 'pigsty/bundle.json', bytes: make(index) }, ...entries.slice(1)]),
    'BUNDLE_INVALID',
  );
});

it.each<[string, (gz: Buffer) => Buffer | Promise<Buffer>]>([
  ['cut in half', (gz) => gz.subarray(0, gz.length >> 1)],
  ['without its last byte', (gz) => gz.subarray(0, -1)],
  ['followed by garbage', (gz) => Buffer.concat([gz, Buffer.from('garbage')])],
  ['followed by zeros', (gz) => Buffer.concat([gz, Buffer.alloc(512)])],
  ['followed by a second member', (gz) => Buffer.concat([gz, gz])],
  ['followed by an empty member', (gz) => Buffer.concat([gz, gzipSync('')])],
  ['with a wrong checksum', (gz) => Buffer.concat([gz.subarray(0, -8), Buffer.from([1, 2, 3, 4]), gz.subarray(-4)])],
  ['not gzip at all', (gz) => gunzipSync(gz)],
  ['empty', () => Buffer.alloc(0)],
  ['without the end of the archive', (gz) => packMember(gunzipSync(gz).subarray(0, -1024))],
  [
    'with data after the end of the archive',
    (gz) => packMember(Buffer.concat([gunzipSync(gz), rawEntry({ path: 'pigsty/late', bytes: Buffer.from('x') })])),
  ],
  ['with data hidden in padding', (gz) => packMember(hideInPadding(gunzipSync(gz)))],
])('refuses a file that is %s', async (_what, damage) => {
  const path = await writeRaw(await scratchDir(), honestEntries().entries);
  await writeFile(path, await damage(await readFile(path)));
  await expectRefused(path, expect.stringMatching(/^BUNDLE_(?:INVALID|TRUNCATED|UNSAFE_ENTRY)$/));
});

/** Sets the last padding byte before the end of the archive. */
function hideInPadding(tar: Buffer): Buffer {
  tar.writeUInt8(1, tar.length - 1025);
  return tar;
}

it('gives up a bomb after the first byte that should not be there', async () => {
  const path = await writeRaw(await scratchDir(), honestEntries().entries, Buffer.alloc(256 * 1024 * 1024));
  expect((await readFile(path)).length).toBeLessThan(1024 * 1024);
  await expectRefused(path, 'BUNDLE_INVALID');
});

it('does not read an index of any size', async () => {
  const path = await writeRaw(await scratchDir(), [{ path: 'pigsty/bundle.json', sizeBytes: 2 ** 33 - 1 }]);
  await expectRefused(path, 'BUNDLE_INVALID');
});
