/** Repository metadata and RPM files made to hurt: they must end in one clear error, fast and within bounds. */
import { describe, expect, it } from 'vitest';
import { readRpm, readRpmHeaders } from '../../src/rpm/package/read-rpm.ts';
import { parseComps } from '../../src/rpm/repodata/comps.ts';
import { parsePrimary, scanPrimary } from '../../src/rpm/repodata/primary.ts';
import { parseRepomd } from '../../src/rpm/repodata/repomd.ts';
import { scanXml } from '../../src/rpm/repodata/scan-xml.ts';
import { makeHeader, makeRpm } from '../support/raw-rpm.ts';

const primary = (xml: string | Buffer) => parsePrimary(Buffer.from(xml), { source: 'evil primary.xml' });
const LAUGHS = `<!DOCTYPE m [<!ENTITY a "ha">${Array.from({ length: 30 }, (_, i) => `<!ENTITY a${i} "&a;&a;&a;&a;">`).join('')}]>`;

describe('XML', () => {
  it.each([
    ['entity declarations', `<?xml version="1.0"?>${LAUGHS}<metadata packages="0">&a29;</metadata>`],
    ['an external entity', '<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><metadata packages="0">&x;</metadata>'],
    [
      'declarations beside an external DTD',
      '<!DOCTYPE m SYSTEM "http://evil.example.test/x.dtd" [<!ENTITY a "b">]><metadata packages="0"/>',
    ],
    ['an undeclared entity', '<metadata packages="0">&boom;</metadata>'],
    ['deep nesting', `${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`],
    ['an endless text', `<metadata packages="0">${'x'.repeat(3 << 20)}</metadata>`],
    ['an endless attribute', `<metadata packages="${'0'.repeat(3 << 20)}"/>`],
    ['an endless tag name', `<${'m'.repeat(3 << 20)} packages="0"/>`],
    ['an endless comment', `<metadata packages="0"><!--${'x'.repeat(3 << 20)}--></metadata>`],
    ['an endless CDATA section', `<metadata packages="0"><![CDATA[${'x'.repeat(3 << 20)}]]></metadata>`],
    ['the same attribute twice', '<metadata packages="0" packages="1"/>'],
    ['two roots', '<metadata packages="0"/><metadata packages="0"/>'],
    ['a NUL character', '<metadata packages="0">\0</metadata>'],
    ['bytes that are no UTF-8', Buffer.from([...Buffer.from('<metadata packages="0">'), 0xff, 0xfe, ...Buffer.from('</metadata>')])],
    ['another encoding', '<?xml version="1.0" encoding="UTF-16"?><metadata packages="0"/>'],
    ['a cut multi-byte character at the end', Buffer.from([...Buffer.from('<metadata packages="0"/>'), 0xc3])],
  ])('refuses %s', async (_what, xml) => {
    await expect(primary(xml)).rejects.toMatchObject({ code: 'INDEX_INVALID', message: expect.stringContaining('evil primary.xml') });
  });

  it('refuses entity declarations also in comps, whose DTD is named', async () => {
    const xml = `<!DOCTYPE comps PUBLIC "-//Red Hat, Inc.//DTD Comps info//EN" "comps.dtd" [<!ENTITY a "b">]><comps/>`;
    await expect(parseComps(Buffer.from(xml), { source: 'comps.xml' })).rejects.toMatchObject({ code: 'INDEX_INVALID' });
  });

  it('stops reading an endless document at its bound', async () => {
    let served = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('<metadata packages="0">');
      for (;;) {
        served += 1;
        yield Buffer.from('<x/>'.repeat(1000));
      }
    }
    const handler = { open: () => false, text: () => undefined, close: () => undefined };
    await expect(scanXml(endless(), handler, { source: 'x', maxBytes: 1 << 20 })).rejects.toMatchObject({ code: 'INDEX_TOO_LARGE' });
    expect(served).toBeLessThan(300);
  });

  it('passes on what breaks while reading', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('<repomd>');
      throw new Error('connection reset');
    }
    await expect(parseRepomd(broken(), { source: 'x' })).rejects.toThrow('connection reset');
  });

  it('keeps credentials of a location out of messages', async () => {
    const place = '<location href="https://user:secret@x.example.test/p/"/>';
    const faults: string[] = [];
    const { unusable } = await parseRepomd(Buffer.from(`<repomd><data type="primary">${place}</data></repomd>`), { source: 'x' });
    faults.push(...unusable.values());
    const xml = `<metadata><package><name>a</name>${place}</package></metadata>`;
    faults.push(...(await scanPrimary(Buffer.from(xml), () => undefined, { source: 'x' })));
    expect(faults).toHaveLength(2);
    expect(faults.join()).not.toContain('secret');
  });
});

describe('RPM files', () => {
  const NAME = { tag: 1000, type: 6, value: Buffer.from('app\0'), count: 1 };
  const sound = makeRpm({ entries: [NAME], payload: Buffer.from('payload') });

  it('the frame of these tests is sound', async () => {
    expect((await readRpm(sound, 'sound.rpm')).header.string(1000)).toBe('app');
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a web page', Buffer.from(`<html>${' '.repeat(500)}</html>`)],
    ['a cut lead', sound.subarray(0, 50)],
    ['a cut signature header', sound.subarray(0, 100)],
    ['a cut header', sound.subarray(0, sound.length - 'payload'.length - 1)],
    ['a signature header that claims four billion entries', patch(sound, 96 + 8, 0xffffffff)],
    ['a signature header that claims four gigabytes', patch(sound, 96 + 12, 0xfffffff0)],
    ['a signature header with no entry', patch(sound, 96 + 8, 0)],
    ['a header with another magic', patch(sound, 96, 0x12345678)],
    ['a value before the store', makeRpm({ entries: [{ ...NAME, offset: -8 }] })],
    ['a value behind the store', makeRpm({ entries: [{ ...NAME, offset: 5000 }] })],
    ['a count beyond the store', makeRpm({ entries: [{ tag: 1117, type: 8, value: Buffer.from('a\0'), count: 0x7fffffff }] })],
    ['integers beyond the store', makeRpm({ entries: [{ tag: 1030, type: 4, value: Buffer.alloc(4), count: 0x3fffffff }] })],
    ['an unknown type', makeRpm({ entries: [{ ...NAME, type: 99 }] })],
    ['a value of count zero', makeRpm({ entries: [{ ...NAME, count: 0 }] })],
    ['a header without its region', makeRpm({ entries: [NAME], region: false })],
    ['entries outside the signed region', makeRpm({ entries: [NAME], sealedEntries: 1 })],
  ])('%s is refused', async (_what, bytes) => {
    await expect(readRpm(bytes, 'evil.rpm')).rejects.toMatchObject({
      code: 'PACKAGE_INVALID',
      message: expect.stringContaining('evil.rpm'),
    });
    await expect(readRpmHeaders(bytes, 'evil.rpm')).rejects.toMatchObject({ code: 'PACKAGE_INVALID' });
  });

  it('a text without an end is refused when it is read', async () => {
    const { header } = await readRpmHeaders(
      makeRpm({ entries: [], tail: { tag: 1000, type: 6, value: Buffer.from('app'), count: 1 } }),
      'evil.rpm',
    );
    expect(() => header.strings(1000)).toThrow(expect.objectContaining({ code: 'PACKAGE_INVALID' }));
  });

  it('a header is read without reading the payload', async () => {
    let served = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield sound;
      for (;;) {
        served += 1;
        yield Buffer.alloc(1 << 16);
      }
    }
    expect((await readRpmHeaders(endless(), 'x')).headerEnd).toBe(sound.length - 'payload'.length);
    expect(served).toBeLessThanOrEqual(1);
  });

  it('the bytes of a header are its own', () => {
    expect(makeHeader([NAME], {}).readUInt32BE(0)).toBe(0x8eade801);
  });
});

function patch(bytes: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt32BE(value >>> 0, at);
  return copy;
}
