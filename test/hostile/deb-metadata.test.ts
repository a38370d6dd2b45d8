/** Debian metadata made to hurt: it must be refused or read, in time that grows with its size and no faster. */
import { describe, expect, it } from 'vitest';
import { indexDebPackages } from '../../src/deb/index/deb-package-index.ts';
import { parseRelease } from '../../src/deb/index/release.ts';
import { parseStanza } from '../../src/deb/package/deb822.ts';
import { parseRelations } from '../../src/deb/package/relations.ts';
import { providerOver, resolve, stanza, upstream } from '../support/tiny-archive.ts';

describe('relationship fields', () => {
  it.each([
    ['a long run of blanks', `a${' '.repeat(200_000)}x`],
    ['many opening brackets', `a ${'[('.repeat(50_000)}`],
    ['many unclosed profiles', `a ${'<x '.repeat(50_000)}`],
    ['more than a megabyte', 'a,'.repeat(600_000)],
  ])('%s is refused', (_case, field) => {
    expect(() => parseRelations(field, 'x')).toThrow(expect.objectContaining({ code: 'INDEX_INVALID' }));
  });
});

describe('an index', () => {
  it('with a stanza of several megabytes is read without it', () => {
    const index = indexDebPackages(Buffer.from(`${stanza('a 1', { Description: 'x'.repeat(5 << 20) })}\n${stanza('b 1')}`), 'x');
    expect([index.stanzasOf('a'), index.stanzasOf('b')]).toEqual([[], [1]]);
    expect(index.leftOut()).toEqual([{ label: 'a 1', name: 'a', why: expect.stringMatching(/^a stanza of \d+ characters$/) }]);
  });

  it('of binary noise is refused', () => {
    const noise = Buffer.from(Array.from({ length: 100_000 }, (_, at) => (at * 7919) % 251));
    expect(() => indexDebPackages(noise, 'x')).toThrow(expect.objectContaining({ code: 'INDEX_INVALID' }));
  });

  it('with invalid UTF-8 in a description is read, and the name is what it is', () => {
    const bytes = Buffer.concat([Buffer.from(stanza('a 1')), Buffer.from('Description: '), Buffer.from([0xff, 0xfe, 0x0a])]);
    expect(indexDebPackages(bytes, 'x').record(0).name).toBe('a');
  });

  it('cannot make a package answer to the name of another by a field inside a description', () => {
    const text = stanza('a 1', { Description: 'x\n Package: sudo\n Provides: sudo' });
    const index = indexDebPackages(Buffer.from(text), 'x');
    expect([index.stanzasOf('sudo'), index.maybeProviders('sudo')]).toEqual([[], []]);
  });

  it('with a name of a thousand letters is read without it', () => {
    const name = 'a'.repeat(1000);
    const index = indexDebPackages(Buffer.from(stanza('a 1', { Package: name })), 'x');
    expect(index.stanzasOf(name)).toEqual([]);
    expect(index.leftOut()).toHaveLength(1);
  });
});

describe('a Release', () => {
  it('with a field named like a property of every object is plain data', () => {
    const fields = parseStanza('__proto__: x\nconstructor: y\n', 'x');
    expect([fields.get('__proto__'), fields.get('constructor'), fields.get('tostring')]).toEqual(['x', 'y', undefined]);
  });

  it('with a table of more files than any archive has is refused', () => {
    const line = ` ${'a'.repeat(64)} 1 x\n`;
    const text = `Date: Sat, 11 Jul 2026 10:16:37 UTC\nSHA256:\n${line.repeat(200_001)}`;
    expect(() => parseRelease(text, 'x')).toThrow(expect.objectContaining({ code: 'INDEX_INVALID' }));
  });
});

describe('a pool', () => {
  it('of packages that depend on each other in a ring is installed whole', () => {
    const ring = Array.from({ length: 500 }, (_, at) => stanza(`p${at} 1`, { Depends: `p${(at + 1) % 500}` }));
    expect(resolve(providerOver([upstream('ring', ring)]), 'p0').length).toBe(500);
  });

  it('with a dependency chain deeper than any call stack is installed whole', () => {
    const chain = Array.from({ length: 20_000 }, (_, at) => stanza(`p${at} 1`, at === 19_999 ? {} : { Depends: `p${at + 1}` }));
    expect(resolve(providerOver([upstream('chain', chain)]), 'p0').length).toBe(20_000);
  });

  it('in which hundreds provide and exclude the same name still gives one of them', () => {
    const rivals = Array.from({ length: 300 }, (_, at) => stanza(`r${at} 1`, { Provides: 'v', Conflicts: 'v' }));
    expect(resolve(providerOver([upstream('x', [...rivals, stanza('a 1', { Depends: 'v' })])]), 'a').length).toBe(2);
  });
});
