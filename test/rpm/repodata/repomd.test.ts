import { describe, expect, it } from 'vitest';
import { parseRepomd } from '../../../src/rpm/repodata/repomd.ts';

const HEX = 'c'.repeat(64);
const data = (type: string, inner: string): string => `<data type="${type}">${inner}</data>`;
const CHECKSUM = `<checksum type="sha256">${HEX}</checksum>`;
const PRIMARY = data('primary', `${CHECKSUM}<location href="repodata/primary.xml.gz"/>`);
const repomd = (inner: string): Buffer =>
  Buffer.from(`<?xml version="1.0"?><repomd xmlns="http://linux.duke.edu/metadata/repo"><revision>17</revision>${inner}</repomd>`);
const parse = (inner: string) => parseRepomd(repomd(inner), { source: 'test repomd.xml' });

describe('repomd.xml', () => {
  it('gives each record with digests, sizes and dates', async () => {
    const inner = [
      `<open-checksum type="sha512">${'d'.repeat(128)}</open-checksum>`,
      '<timestamp>1700000000.5</timestamp><size>10</size><open-size>20</open-size>',
    ].join('');
    const parsed = await parse(data('primary', `${CHECKSUM}<location xml:base="https://x.example.test/" href="repodata/p.gz"/>${inner}`));
    expect(parsed).toEqual({
      revision: '17',
      timestampSec: 1_700_000_000,
      weak: [],
      records: [
        {
          type: 'primary',
          location: 'repodata/p.gz',
          locationBase: 'https://x.example.test/',
          checksum: { algorithm: 'sha256', hex: HEX },
          openChecksum: { algorithm: 'sha512', hex: 'd'.repeat(128) },
          sizeBytes: 10,
          openSizeBytes: 20,
          timestampSec: 1_700_000_000,
        },
      ],
    });
  });

  it('names the records that only SHA-1 protects', async () => {
    const parsed = await parse(
      PRIMARY + data('group', `<checksum type="sha">${'e'.repeat(40)}</checksum><location href="repodata/c.xml"/>`),
    );
    expect(parsed.weak).toEqual(['group']);
  });

  it.each([
    ['no primary', data('other', `${CHECKSUM}<location href="x"/>`)],
    ['a record without checksum', data('primary', '<location href="x"/>')],
    ['a record with an md5 checksum', data('primary', `<checksum type="md5">${'a'.repeat(32)}</checksum><location href="x"/>`)],
    ['a record without location', data('primary', CHECKSUM)],
    ['a location above the upstream', data('primary', `${CHECKSUM}<location href="../x"/>`)],
    ['the same type twice', PRIMARY + PRIMARY],
    ['a size that is no number', data('primary', `${CHECKSUM}<location href="x"/><size>-1</size>`)],
    ['a record without type', PRIMARY + data('', `${CHECKSUM}<location href="x"/>`)],
  ])('is refused with %s', async (_what, inner) => {
    await expect(parse(inner)).rejects.toMatchObject({ code: 'INDEX_INVALID', message: expect.stringContaining('test repomd.xml') });
  });
});
