import { describe, expect, it } from 'vitest';
import { XmlDecoder } from '../../../src/rpm/repodata/xml-decoder.ts';

/** The text of a document given in pieces of `size` bytes. */
function decoded(bytes: Buffer, size = 1): string {
  const decoder = new XmlDecoder();
  let text = '';
  for (let at = 0; at < bytes.length; at += size) text += decoder.decode(bytes.subarray(at, at + size));
  return text + decoder.decode(undefined);
}

const declared = (encoding: string): string => `<?xml version="1.0" encoding="${encoding}"?><r>ä${'x'.repeat(300)}</r>`;
const bigEndian = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

describe('a document is read', () => {
  it.each<[string, Buffer, string]>([
    ['that says nothing', Buffer.from('<r>ä</r>'), '<r>ä</r>'],
    ['with a byte order mark', Buffer.from('\ufeff<r>ä</r>'), '<r>ä</r>'],
    ['in UTF-8', Buffer.from(declared('utf-8')), declared('utf-8')],
    ['in US-ASCII', Buffer.from('<?xml version="1.0" encoding="US-ASCII"?><r/>'), '<?xml version="1.0" encoding="US-ASCII"?><r/>'],
    ['in Latin-1', Buffer.from(declared('ISO-8859-1'), 'latin1'), declared('ISO-8859-1')],
    ['in UTF-16', Buffer.from(`\ufeff${declared('UTF-16')}`, 'utf16le'), declared('UTF-16')],
    ['in UTF-16, the other way round', bigEndian(`\ufeff${declared('UTF-16')}`), declared('UTF-16')],
    ['that is empty', Buffer.alloc(0), ''],
  ])('%s', (_what, bytes, text) => {
    expect(decoded(bytes)).toBe(text);
    expect(decoded(bytes, 1000)).toBe(text);
  });
});

it('says which encodings it knows', () => {
  expect(() => decoded(Buffer.from(declared('koi8-r')))).toThrow('its encoding is koi8-r; known: utf-8, us-ascii, iso-8859-1, utf-16');
});

it.each([
  ['a wrong byte', Buffer.from([...Buffer.from('<r>'), 0xff, ...Buffer.from('</r>')])],
  ['half a character at the end', Buffer.from([...Buffer.from('<r/>'), 0xc3])],
])('refuses %s', (_what, bytes) => {
  expect(() => decoded(bytes)).toThrow('it is not UTF-8');
});
