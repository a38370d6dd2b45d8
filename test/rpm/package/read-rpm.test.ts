import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readRpm, readRpmHeaders } from '../../../src/rpm/package/read-rpm.ts';
import { TAG } from '../../../src/rpm/package/rpm-tags.ts';
import { makeRpm, type RawEntry } from '../../support/raw-rpm.ts';

const NAME: RawEntry = { tag: TAG.name, type: 6, value: Buffer.from('app\0'), count: 1 };
const PAYLOAD = Buffer.from('payload');
const hex = (algorithm: string, bytes: Uint8Array) => createHash(algorithm).update(bytes).digest('hex');

/** The bytes in pieces of `size`. */
function* cut(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('a package', () => {
  const rpm = makeRpm({ entries: [NAME], payload: PAYLOAD });

  it.each([1, 7, 100, 100_000])('is read the same in pieces of %d bytes', async (size) => {
    const contents = await readRpm(cut(rpm, size), 'app.rpm');
    expect(contents).toMatchObject({ sizeBytes: rpm.length, sha256Hex: hex('sha256', rpm), headerEnd: rpm.length - PAYLOAD.length });
    expect(contents.header.string(TAG.name)).toBe('app');
    // Without a payload digest the MD5 of header and payload is what can be compared.
    expect([contents.payloadHex, contents.md5Hex]).toEqual([null, hex('md5', rpm.subarray(contents.headerStart))]);
  });

  it('with a payload digest has that computed, and no MD5', async () => {
    const digest: RawEntry = { tag: TAG.payloadDigest, type: 8, value: Buffer.from(`${'0'.repeat(64)}\0`), count: 1 };
    const { payloadHex, md5Hex } = await readRpm(makeRpm({ entries: [NAME, digest], payload: PAYLOAD }), 'app.rpm');
    expect([payloadHex, md5Hex]).toEqual([hex('sha256', PAYLOAD), null]);
  });

  it('gives its headers without its payload being read', async () => {
    let served = 0;
    async function* bytes(): AsyncGenerator<Buffer> {
      yield rpm.subarray(0, rpm.length - PAYLOAD.length);
      served += 1;
      yield PAYLOAD;
    }
    expect((await readRpmHeaders(bytes(), 'app.rpm')).headerEnd).toBe(rpm.length - PAYLOAD.length);
    expect(served).toBe(0);
  });
});

it.each([
  ['empty', Buffer.alloc(0)],
  ['a web page', Buffer.from('<html>'.repeat(100))],
  ['cut inside the signature', makeRpm({ entries: [NAME] }).subarray(0, 110)],
  ['cut inside the header', makeRpm({ entries: [NAME] }).subarray(0, -5)],
])('a file that is %s is refused', async (_what, bytes) => {
  for (const read of [readRpm, readRpmHeaders]) {
    await expect(read(bytes, 'app.rpm')).rejects.toMatchObject({ code: 'PACKAGE_INVALID', message: expect.stringContaining('app.rpm') });
  }
});
