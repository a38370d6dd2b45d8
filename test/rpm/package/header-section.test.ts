import { describe, expect, it } from 'vitest';
import { HeaderSection, headerSizeBytes } from '../../../src/rpm/package/header-section.ts';
import { makeHeader, type RawEntry, type RawHeaderOptions } from '../../support/raw-rpm.ts';

const REGION = 63;
const text = (tag: number, ...values: string[]): RawEntry => ({
  tag,
  type: values.length === 1 ? 6 : 8,
  value: Buffer.from(values.map((value) => `${value}\0`).join('')),
  count: values.length,
});
const section = (entries: RawEntry[], options: RawHeaderOptions = {}) =>
  new HeaderSection(makeHeader(entries, options), options.region === false ? 0 : REGION, 'app.rpm', 'header');

describe('values', () => {
  const eight = Buffer.alloc(8);
  eight.writeBigUInt64BE(5n);
  const header = section([
    text(1, 'one'),
    text(2, 'a', 'ü', ''),
    { tag: 3, type: 4, value: Buffer.from([0, 0, 1, 0, 0xff, 0xff, 0xff, 0xff]), count: 2 },
    { tag: 4, type: 3, value: Buffer.from([1, 2]), count: 1 },
    { tag: 5, type: 2, value: Buffer.from([200]), count: 1 },
    { tag: 6, type: 5, value: eight, count: 1 },
    { tag: 7, type: 7, value: Buffer.from([9, 8, 7]), count: 3 },
  ]);

  it('are read by their type', () => {
    expect([header.string(1), header.strings(1), header.strings(2)]).toEqual(['one', ['one'], ['a', 'ü', '']]);
    expect([header.numbers(3), header.number(4), header.number(5), header.number(6)]).toEqual([[256, 0xffffffff], 258, 200, 5]);
    expect([...(header.binary(7) ?? [])]).toEqual([9, 8, 7]);
  });

  it('that are absent, or of another type, are none', () => {
    expect([header.has(99), header.string(99), header.strings(3), header.number(1), header.numbers(7), header.binary(1)]).toEqual([
      false,
      '',
      [],
      null,
      [],
      null,
    ]);
  });

  it('in Latin-1, as old packages have them, are read too', () => {
    expect(section([{ tag: 1, type: 6, value: Buffer.from([0x66, 0xfc, 0x72, 0]), count: 1 }]).string(1)).toBe('für');
  });

  it('of a tag that stands twice are those of the first', () => {
    expect(section([text(1, 'first'), text(1, 'second')]).string(1)).toBe('first');
  });

  it('beyond 2^53 are refused', () => {
    const value = Buffer.alloc(8, 0xff);
    expect(() => section([{ tag: 1, type: 5, value, count: 1 }]).numbers(1)).toThrow(expect.objectContaining({ code: 'PACKAGE_INVALID' }));
  });
});

describe('a header is refused', () => {
  it.each<[string, RawEntry[], RawHeaderOptions]>([
    ['with a value outside of it', [{ ...text(1, 'x'), offset: 5000 }], {}],
    ['with a negative offset', [{ ...text(1, 'x'), offset: -1 }], {}],
    ['with a count that is too large', [{ ...text(1, 'x'), count: 2 ** 31 }], {}],
    ['with a count of nothing', [{ ...text(1, 'x'), count: 0 }], {}],
    ['with an unknown type', [{ ...text(1, 'x'), type: 77 }], {}],
    ['whose seal covers less than all', [text(1, 'x'), text(2, 'y')], { sealedEntries: 1 }],
  ])('%s', (_what, entries, options) => {
    expect(() => section(entries, options)).toThrow(expect.objectContaining({ code: 'PACKAGE_INVALID' }));
  });

  it('that should be sealed and is not', () => {
    expect(() => new HeaderSection(makeHeader([text(1, 'x')], { region: false }), REGION, 'app.rpm', 'header')).toThrow(
      expect.objectContaining({ message: expect.stringContaining('not sealed as one region') }),
    );
  });
});

describe('headerSizeBytes', () => {
  const limits = { maxEntries: 10, maxBytes: 1000 };
  const intro = (entries: number, bytes: number, magic = 0x8eade801) => {
    const buffer = Buffer.alloc(16);
    buffer.writeUInt32BE(magic, 0);
    buffer.writeUInt32BE(entries, 8);
    buffer.writeUInt32BE(bytes, 12);
    return buffer;
  };

  it('is what the intro says, with the intro', () => {
    expect(headerSizeBytes(intro(2, 100), limits, 'app.rpm', 'header')).toBe(16 + 2 * 16 + 100);
  });

  it.each([
    ['of nothing', intro(0, 0)],
    ['of too many entries', intro(11, 0)],
    ['of too many bytes', intro(1, 1001)],
    ['that is none', intro(1, 1, 0xdeadbeef)],
  ])('refuses a header %s', (_what, bytes) => {
    expect(() => headerSizeBytes(bytes, limits, 'app.rpm', 'header')).toThrow(expect.objectContaining({ code: 'PACKAGE_INVALID' }));
  });
});
