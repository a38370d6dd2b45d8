import { describe, expect, it } from 'vitest';
import { parseMetalink } from '../../../src/rpm/repodata/metalink.ts';

describe('metalinks', () => {
  const hash = (type: string, hex: string): string => `<hash type="${type}">${hex}</hash>`;
  const xml = (hashes: string, urls: string): Buffer =>
    Buffer.from(`<?xml version="1.0"?><metalink version="3.0" xmlns:mm0="http://fedorahosted.org/mirrormanager"><files><file name="repomd.xml">
      <mm0:timestamp>1700000000</mm0:timestamp><size>3000</size><verification>${hash('md5', 'a'.repeat(32))}${hashes}</verification>
      <mm0:alternates><mm0:alternate><mm0:timestamp>1600000000</mm0:timestamp><size>2000</size>
      <verification>${hash('sha256', 'e'.repeat(64))}</verification></mm0:alternate></mm0:alternates>
      <resources maxconnections="1">${urls}</resources></file></files></metalink>`);
  const url = (base: string, preference: number): string =>
    `<url protocol="${base.split(':')[0]}" type="x" preference="${preference}">${base}/repodata/repomd.xml</url>`;

  it('gives digests strongest first, older states, and mirrors by preference', async () => {
    const hashes = hash('sha256', 'b'.repeat(64)) + hash('sha512', 'c'.repeat(128));
    const urls = url('http://far.example.test/el9', 10) + url('https://near.example.test/el9', 100) + url('rsync://r.example.test/el9', 99);
    expect(await parseMetalink(xml(hashes, urls), { source: 'm' })).toEqual({
      baseUrls: ['https://near.example.test/el9/', 'http://far.example.test/el9/'],
      files: [
        {
          sizeBytes: 3000,
          timestampSec: 1_700_000_000,
          digests: [
            { algorithm: 'sha512', hex: 'c'.repeat(128) },
            { algorithm: 'sha256', hex: 'b'.repeat(64) },
          ],
        },
        { sizeBytes: 2000, timestampSec: 1_600_000_000, digests: [{ algorithm: 'sha256', hex: 'e'.repeat(64) }] },
      ],
    });
  });

  it('is a mirror list when it gives no digest that can be checked', async () => {
    const bare = xml('', url('http://near.example.test/el9', 1))
      .toString()
      .replace(/<mm0:alternates>.*<\/mm0:alternates>/s, '');
    expect(await parseMetalink(Buffer.from(bare), { source: 'm' })).toEqual({ files: [], baseUrls: ['http://near.example.test/el9/'] });
  });

  it('passes over files that are not repomd.xml', async () => {
    const other = xml(hash('sha256', 'b'.repeat(64)), url('http://other.example.test/el9', 1)).toString();
    const file = /<file .*<\/file>/s.exec(other)?.[0].replace('name="repomd.xml"', 'name="other"') ?? '';
    const both = xml(hash('sha256', 'c'.repeat(64)), url('http://near.example.test/el9', 1))
      .toString()
      .replace('<files>', `<files>${file}`);
    const { files, baseUrls } = await parseMetalink(Buffer.from(both), { source: 'm' });
    expect([files[0]?.digests[0]?.hex, baseUrls]).toEqual(['c'.repeat(64), ['http://near.example.test/el9/']]);
  });

  it('refuses one without a usable mirror', async () => {
    await expect(parseMetalink(xml('', url('rsync://r.example.test/el9', 1)), { source: 'm' })).rejects.toMatchObject({
      code: 'INDEX_INVALID',
    });
  });
});
