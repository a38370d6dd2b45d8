import { describe, expect, it } from 'vitest';
import { hashBytes, hashName, NameList, NameTable } from '../../src/base/name-table.ts';

/** Two names with one hash (FNV-1a, 32 bits). */
const TWINS = ['costarring', 'liquid'] as const;

describe('the hash of a name', () => {
  it.each([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
  ])('of %j is the one of FNV-1a', (name, hash) => {
    expect(hashName(name)).toBe(hash);
    const bytes = Buffer.from(`x${name}y`);
    expect(hashBytes(bytes, 1, bytes.length - 1)).toBe(hash);
  });

  it('is the same for two names now and then', () => {
    expect(hashName(TWINS[0])).toBe(hashName(TWINS[1]));
  });
});

describe('a table', () => {
  it('finds every number of a name, ascending, without repeats', () => {
    const list = new NameList(1);
    const push = (name: string, stanza: number) => list.push(hashName(name), stanza);
    for (const [name, stanza] of [
      ['b', 0],
      ['a', 1],
      ['a', 1],
      ['b', 2],
      ['a', 5],
    ] as const)
      push(name, stanza);
    const table = new NameTable(list.pairs());
    expect(table.stanzas(hashName('a'))).toEqual([1, 5]);
    expect(table.stanzas(hashName('b'))).toEqual([0, 2]);
    expect(table.stanzas(hashName('c'))).toEqual([]);
  });

  it('gives the numbers of both names that share a hash: the caller compares', () => {
    const list = new NameList(2);
    list.push(hashName(TWINS[0]), 3);
    list.push(hashName(TWINS[1]), 4);
    expect(new NameTable(list.pairs()).stanzas(hashName(TWINS[0]))).toEqual([3, 4]);
  });

  it('holds more than its list was made for, and nothing', () => {
    const list = new NameList(0);
    expect(new NameTable(list.pairs()).stanzas(hashName('a'))).toEqual([]);
    for (let n = 0; n < 1000; n += 1) list.push(hashName(`name-${n}`), n);
    const table = new NameTable(list.pairs());
    expect(Array.from({ length: 1000 }, (_, n) => table.stanzas(hashName(`name-${n}`)))).toEqual(
      Array.from({ length: 1000 }, (_, n) => [n]),
    );
  });
});
