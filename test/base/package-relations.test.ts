import { describe, expect, it } from 'vitest';
import { differingRelations, relationsDigest, relationsOf } from '../../src/base/package-relations.ts';

const INDEX = relationsOf([
  ['Depends', ['b', 'a', 'b']],
  ['Provides', []],
]);

describe('the relations of a package', () => {
  it('are sorted, each once, without empty fields', () => {
    expect([...INDEX]).toEqual([['Depends', ['a', 'b']]]);
  });

  it('have a digest that depends on what they say, not on the order it was said in', () => {
    const other = relationsOf([
      ['Breaks', ['x']],
      ['Depends', ['a', 'b']],
    ]);
    const same = relationsOf([
      ['Depends', ['b', 'a']],
      ['Breaks', ['x']],
    ]);
    expect(relationsDigest(other)).toBe(relationsDigest(same));
    expect(relationsDigest(other)).toMatch(/^[0-9a-f]{16}$/);
    expect(relationsDigest(other)).not.toBe(relationsDigest(INDEX));
  });

  it('differ field by field', () => {
    const own = relationsOf([
      ['Depends', ['a', 'c']],
      ['Breaks', ['x']],
    ]);
    expect(differingRelations(INDEX, own)).toEqual([
      { field: 'Breaks', onlyInIndex: [], onlyInPackage: ['x'] },
      { field: 'Depends', onlyInIndex: ['b'], onlyInPackage: ['c'] },
    ]);
    expect(differingRelations(INDEX, INDEX)).toEqual([]);
  });
});
