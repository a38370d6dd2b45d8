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
      unusable: new Map(),
      records: [
        {
          type: 'primary',
          location: 'repodata/p.gz',
          locationBase: 'https://x.example.test/',
          checksum: { algorithm: 'sha256', hex: HEX },
          openChecksum: { algorithm: 'sha512', hex: 'd'.repeat(128) },
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

  it.each<[string, string, string]>([
    ['has no checksum', '<location href="x"/>', 'it has no checksum that proves anything (its type is "")'],
    [
      'has an md5 checksum',
      `<checksum type="md5">${'a'.repeat(32)}</checksum><location href="x"/>`,
      'it has no checksum that proves anything (its type is "md5")',
    ],
    ['has no location', CHECKSUM, 'its location is "": it is empty'],
    [
      'has a location that means something else',
      `${CHECKSUM}<location href="%2e%2e/x"/>`,
      'its location is "%2e%2e/x": it leaves the upstream with ".." in disguise',
    ],
  ])('a record that %s costs itself', async (_what, inner, why) => {
    const { records, unusable } = await parse(PRIMARY + data('group', inner));
    expect(records.map(({ type }) => type)).toEqual(['primary']);
    expect([...unusable]).toEqual([['group', why]]);
  });

  it('the same type twice is one record where both have one checksum, and none where they differ', async () => {
    const other = PRIMARY.replace(HEX, 'd'.repeat(64));
    expect((await parse(PRIMARY + PRIMARY)).records).toHaveLength(1);
    for (const inner of [PRIMARY + other, PRIMARY + other + PRIMARY]) {
      const { records, unusable } = await parse(inner);
      expect([records, [...unusable]]).toEqual([[], [['primary', 'it stands there twice, with different checksums']]]);
    }
  });

  it.each([
    '<size>-1</size>',
    '<size>many</size>',
    '<open-size/><timestamp>soon</timestamp>',
    '<open-checksum type="crc">1</open-checksum>',
  ])('what only describes need not be right: %s', async (inner) => {
    const { records } = await parse(data('primary', `${CHECKSUM}<location href="x"/>${inner}`));
    expect(records[0]).toMatchObject({ openSizeBytes: null, openChecksum: null, timestampSec: 0 });
  });

  it('passes over records of unknown types, without a type, and elements nobody knows', async () => {
    const inner = `<tags><repo>x</repo></tags>${data('', '')}${data('novelty', `${CHECKSUM}<location href="n"/>`)}${data(
      'primary',
      `<extra><location href="no"/></extra>${CHECKSUM}<location href="/yes"/>`,
    )}`;
    const { records } = await parse(inner);
    expect(records.map(({ type, location }) => [type, location])).toEqual([
      ['novelty', 'n'],
      ['primary', 'yes'],
    ]);
  });

  it.each([
    ['a web page', '<html/>'],
    ['nothing', ''],
  ])('is refused when it is %s', async (_what, text) => {
    await expect(parseRepomd(Buffer.from(text), { source: 'test repomd.xml' })).rejects.toMatchObject({
      code: 'INDEX_INVALID',
      message: expect.stringContaining('test repomd.xml'),
    });
  });
});
