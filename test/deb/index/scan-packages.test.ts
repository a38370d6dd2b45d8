import { describe, expect, it } from 'vitest';
import { hashName } from '../../../src/base/name-table.ts';
import { NAMELESS, STANZA_FLAG, scanPackages } from '../../../src/deb/index/scan-packages.ts';

const scan = (text: string) => scanPackages(Buffer.from(text), 'debian');
/** Pairs of a table as `[which of the names, stanza]`. */
const pairsOf = (pairs: Uint32Array, names: readonly string[]) =>
  Array.from({ length: pairs.length / 2 }, (_, at) => [names.find((name) => hashName(name) === pairs[at * 2]), pairs[at * 2 + 1]]);

describe('the pass over an index', () => {
  it('finds where stanzas begin and end, whatever stands between them', () => {
    const text = '\n\nPackage: a\nX: 1\n \t\n\nPackage: b\r\n\r\nPackage: c';
    const { starts, ends } = scan(text);
    expect(Array.from(starts, (start, at) => text.slice(start, ends[at]))).toEqual([
      // A line of blanks belongs to the field before it.
      'Package: a\nX: 1\n \t\n',
      'Package: b\r\n',
      'Package: c',
    ]);
  });

  it('hashes names, and provided names without versions and architectures', () => {
    const { names, provides } = scan('Package: a\nProvides: v (= 1), w:any ,\n x [amd64],y\n\nprovides: v\npackage:  b \n');
    expect(pairsOf(names, ['a', 'b'])).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
    expect(pairsOf(provides, ['v', 'w', 'x', 'y'])).toEqual([
      ['v', 0],
      ['w', 0],
      ['x', 0],
      ['y', 0],
      ['v', 1],
    ]);
  });

  it.each([
    ['Essential: yes', STANZA_FLAG.essential],
    ['ESSENTIAL: Yes', STANZA_FLAG.essential],
    ['Essential: no', 0],
    ['Protected: yes', STANZA_FLAG.protected],
    ['Important: yes', STANZA_FLAG.protected],
    ['Priority: required', STANZA_FLAG.required],
    ['Priority: important', STANZA_FLAG.important],
    ['Priority: optional', 0],
    ['Build-Essential: yes', 0],
    // A continuation line is no field.
    ['X: 1\n Essential: yes', 0],
  ])('%j has the flags %d', (field, flags) => {
    expect([...scan(`Package: a\n${field}\n\nPackage: b\n`).flags]).toEqual([flags, 0]);
  });

  it('keeps more stanzas than it guessed from the size', () => {
    const count = 5000;
    const { starts, flags } = scan('Package: a\n\n'.repeat(count));
    expect([starts.length, flags.length]).toEqual([count, count]);
  });

  it('finds the ends of lines of every length at every offset', () => {
    for (let offset = 0; offset < 4; offset += 1) {
      for (let length = 0; length < 9; length += 1) {
        const text = `Package: a\nX:${'x'.repeat(length)}\nProvides: v\n\nPackage: b\n`;
        const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]).subarray(offset);
        const { names, provides } = scanPackages(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), 'x');
        expect(pairsOf(names, ['a', 'b'])).toEqual([
          ['a', 0],
          ['b', 1],
        ]);
        expect(pairsOf(provides, ['v'])).toEqual([['v', 0]]);
      }
    }
  });

  it.each([
    ['no name', 'X: 1\n', ''],
    ['an empty name', 'Package: \n', ''],
    ['two names: the last', 'Package: a\nPackage: b\n', 'b'],
    ['a name in capitals', 'Package: B\n', 'b'],
    ['an absurd length', `Package: b\nX: ${'x'.repeat(5 << 20)}\n`, 'b'],
  ])('counts a stanza with %s', (_what, text, name) => {
    const { names, starts } = scan(`Package: fine\n\n${text}\nPackage: c\n`);
    expect(pairsOf(names, ['fine', name, 'c'])).toEqual([
      ['fine', 0],
      [name, 1],
      ['c', 2],
    ]);
    expect(starts[1]).toBe(15);
    expect(NAMELESS).toBe(hashName(''));
  });

  it('refuses what is no list of packages at all', () => {
    expect(() => scan('<html>\n\nX: 1\n')).toThrow(expect.objectContaining({ code: 'INDEX_INVALID' }));
    expect(scan('').starts).toHaveLength(0);
  });
});
