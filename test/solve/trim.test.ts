import { describe, expect, it } from 'vitest';
import { trim } from '../../src/solve/trim.ts';
import type { Clause, SolvableId } from '../../src/solve/types.ts';
import { needs, root } from './toy-provider.ts';

function trimmed(roots: Clause[], selected: SolvableId[], rules: Readonly<Record<SolvableId, Clause[]>>, fixed: SolvableId[] = []) {
  return trim({ roots, fixed: new Set(fixed), selected: new Set([...selected, ...fixed]), clausesOf: (id) => rules[id] ?? [] });
}

describe('trim', () => {
  it('keeps what the requests lead to, breadth first, and nothing else', () => {
    const rules = { 0: [needs(0, 2), needs(0, 3)], 2: [needs(2, 4)] };
    expect(trimmed([root(0), root(1)], [9, 4, 3, 2, 1, 0], rules)).toEqual([0, 1, 2, 3, 4]);
  });

  it('drops a choice that a later one made needless', () => {
    // 0 needs 1 or 2, and 2 comes anyway because of 3.
    const rules = { 0: [needs(0, 1, 2), needs(0, 3)], 3: [needs(3, 2)] };
    expect(trimmed([root(0)], [0, 1, 2, 3], rules).sort()).toEqual([0, 2, 3]);
  });

  it('looks again when it had to choose: the choice made first may be needless after the second', () => {
    // 1 is taken for the first clause, then 3 for the second, which brings 2 along.
    const rules = { 0: [needs(0, 1, 2), needs(0, 3, 4)], 3: [needs(3, 2)] };
    expect(trimmed([root(0)], [0, 1, 2, 3, 4], rules).sort()).toEqual([0, 2, 3]);
  });

  it('takes the best selected candidate of a clause that several would satisfy', () => {
    expect(trimmed([root(0)], [0, 2, 3], { 0: [needs(0, 1, 3, 2)] })).toEqual([0, 3]);
  });

  it('never reports the baseline, but keeps what it asks of a new package', () => {
    const conditional: Clause = { when: [7, 0], anyOf: [1], reason: { kind: 'requires', text: 'if' } };
    expect(trimmed([root(0)], [0, 1], { 7: [conditional] }, [7])).toEqual([0, 1]);
    expect(trimmed([root(0)], [0], { 0: [needs(0, 7)] }, [7])).toEqual([0]);
  });

  it('refuses a selection that leaves a clause open: that is a bug of the search', () => {
    expect(() => trimmed([root(0)], [0], { 0: [needs(0, 1)] })).toThrow('leaves a clause open: p1');
  });
});
