import { describe, expect, it } from 'vitest';
import { debPackageRelations } from '../../../src/deb/package/deb-package-relations.ts';
import { parseStanza } from '../../../src/deb/package/deb822.ts';

const relations = (text: string) => Object.fromEntries(debPackageRelations(parseStanza(`Package: a\n${text}`, 'test')));

describe('the relations of a stanza', () => {
  it('are the same however they are written', () => {
    expect(relations('Depends: c,b(>=1)|d ,\n e:any [amd64]\nMulti-Arch: no\nEssential: no\n')).toEqual({
      Depends: ['b (>= 1) | d', 'c', 'e:any [amd64]'],
    });
  });

  it('say Essential and Multi-Arch where they mean something', () => {
    expect(relations('Essential: yes\nMulti-Arch: same\n')).toEqual({ Essential: ['yes'], 'Multi-Arch': ['same'] });
  });

  it('keep what nobody can read as it is', () => {
    expect(relations('Depends: a ((  b\n')).toEqual({ Depends: ['a (( b'] });
  });
});
