import { Readable } from 'node:stream';
import { constants, crc32, deflateRawSync, gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  DEFLATE_RUN_BYTES,
  formatDeflated,
  formatGzipEnd,
  formatStored,
  GZIP_HEADER,
  RUN_END,
} from '../../../src/pack/format/gzip-frames.ts';
import { fillFromStream, packedChunks } from '../../../src/pack/read/packed-chunks.ts';
import { prefetch } from '../../../src/pack/read/prefetch.ts';
import { unframe } from '../../../src/pack/read/unframe.ts';
import { rawEntry } from '../../lab/upstreams/bundle-lab.ts';
import { noise } from '../../lab/upstreams/toy-bundle.ts';

const STORED = formatStored(Buffer.from('first'));

function member(payload: Uint8Array, ...framed: readonly Uint8Array[]): Buffer {
  return Buffer.concat([GZIP_HEADER, ...framed, formatGzipEnd(crc32(payload), payload.length)]);
}

/** What comes out when the bytes come in pieces cut at `cuts`. */
async function payloadOf(gzip: Buffer, cuts: readonly number[] = []): Promise<Buffer> {
  const edges = [0, ...cuts.map((cut) => cut % gzip.length).sort((a, b) => a - b), gzip.length];
  const parts = edges.slice(1).map((edge, i) => Buffer.from(gzip.subarray(edges[i], edge)));
  const out: Buffer[] = [];
  for await (const piece of unframe(Readable.from(parts) as AsyncIterable<Buffer>, 'x.tgz')) out.push(Buffer.from(piece));
  return Buffer.concat(out);
}

it('gives what gunzip gives, wherever the input is cut', async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 70_000 }),
    fc.integer({ min: 0, max: 200_000 }).map((n) => noise(n, n)),
    fc.string({ maxLength: 2000 }).map((text) => Buffer.from(text.repeat(40))),
  );
  const piece = fc.record({ bytes, isStored: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 8 }), async (pieces, cuts) => {
      const payload = Buffer.concat([Buffer.from('first'), ...pieces.map((p) => p.bytes)]);
      const framed = await Promise.all(pieces.map((p) => (p.isStored ? formatStored(p.bytes) : formatDeflated(p.bytes))));
      const gzip = member(payload, STORED, ...framed);
      expect(gunzipSync(gzip).equals(payload)).toBe(true);
      expect((await payloadOf(gzip, cuts)).equals(payload)).toBe(true);
    }),
    { numRuns: 60 },
  );
});

it('reads a large bundle through few buffers, and leaves the chunks of a stream as they were', async () => {
  const payload = noise(9 * 1024 * 1024, 7);
  const gzip = member(payload, formatStored(payload));
  const before = Buffer.from(gzip);
  const out: Buffer[] = [];
  for await (const piece of unframe(prefetch(packedChunks(fillFromStream(Readable.from([gzip])))), 'x.tgz')) out.push(Buffer.from(piece));
  expect(Buffer.concat(out).equals(Buffer.from(payload))).toBe(true);
  expect(gzip.equals(before)).toBe(true);
});

it.each<[string, Buffer]>([
  ['noise', Buffer.from(noise(100_000, 3))],
  ['noise with an end mark in it', Buffer.concat([noise(30_000, 1), RUN_END, noise(30_000, 2)])],
  [
    'text before noise with an end mark in it',
    Buffer.concat([Buffer.from('text '.repeat(9000)), noise(60_000, 1), RUN_END, noise(60_000, 2)]),
  ],
])('stores a run whose end could not be found or that would not shrink: %s', async (_what, payload) => {
  const framed = await formatDeflated(payload);
  expect(framed.equals(formatStored(payload))).toBe(true);
  expect(
    (await payloadOf(member(payload, formatStored(payload.subarray(0, 1)), await formatDeflated(payload.subarray(1))))).equals(payload),
  ).toBe(true);
});

const text = Buffer.from('some text '.repeat(5000));
const run = await formatDeflated(text);
const both = Buffer.concat([Buffer.from('first'), text]);

it.each<[string, Buffer, RegExp]>([
  ['a stored block of contradictory length', member(both, STORED, Buffer.from([0, 5, 0, 0, 0])), /no valid length/],
  ['a run that ends the member', member(both, STORED, Buffer.concat([deflateRawSync(text), RUN_END])), /compressed run/],
  ['a run cut in the middle and closed', member(both, STORED, Buffer.concat([run.subarray(0, 60), RUN_END])), /compressed run/],
  ['a run of nonsense', member(both, STORED, Buffer.concat([Buffer.from([0xfe]), noise(100, 1), RUN_END])), /compressed run/],
  ['a run without end', member(both, STORED, Buffer.alloc(DEFLATE_RUN_BYTES + 99_999, 0xaa)), /does not end/],
  ['a wrong checksum', Buffer.concat([GZIP_HEADER, STORED, run, formatGzipEnd(1, both.length)]), /checksum/],
  ['a wrong size', Buffer.concat([GZIP_HEADER, STORED, run, formatGzipEnd(crc32(both), both.length + 1)]), /checksum/],
  [
    'a last block with content',
    Buffer.concat([GZIP_HEADER, STORED, Buffer.from([1, 1, 0, 0xfe, 0xff, 65]), Buffer.alloc(8)]),
    /last block/,
  ],
  ['another header', Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 8]), member(both, STORED, run).subarray(4)]), /not a bundle/],
])('refuses %s', async (_what, gzip, message) => {
  await expect(payloadOf(gzip)).rejects.toMatchObject({ code: 'BUNDLE_INVALID', message: expect.stringMatching(message) });
});

it('refuses a run that inflates to more than a run may hold', async () => {
  const bomb = deflateRawSync(Buffer.alloc(DEFLATE_RUN_BYTES + 1), { finishFlush: constants.Z_FULL_FLUSH });
  await expect(payloadOf(member(both, STORED, bomb))).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
});

it('says of a bundle that went through gzip again what happened to it', async () => {
  const tar = rawEntry({ path: 'pigsty/bundle.json', bytes: Buffer.from('{}') });
  await expect(payloadOf(gzipSync(tar))).rejects.toMatchObject({
    code: 'BUNDLE_INVALID',
    message: expect.stringContaining('compressed again'),
  });
});
