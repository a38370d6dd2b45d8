import { describe, expect, it } from 'vitest';
import { isRichTrue, richClauses, type SatisfiersOf } from '../../../src/rpm/candidates/rich-clauses.ts';
import { parseRichDependency, type RichNode } from '../../../src/rpm/candidates/rich-dependency.ts';

/** `a` is satisfied by 1, `b` by 2 and 3, `c` by 4; `always` by what is selected in any case, `never` by nothing. */
const IDS: Readonly<Record<string, readonly number[] | 'always'>> = { a: [1], b: [2, 3], c: [4], always: 'always', never: [] };
const satisfiersOf: SatisfiersOf = (node) => (node.kind === 'capability' ? (IDS[node.dependency.name] ?? []) : [9]);
const clauses = (text: string, negated = false) => richClauses(parseRichDependency(text, 'test'), negated, satisfiersOf);

describe('richClauses', () => {
  it.each([
    ['(a)', [{ when: [], anyOf: [1] }]],
    ['(a or b)', [{ when: [], anyOf: [1, 2, 3] }]],
    [
      '(a and b)',
      [
        { when: [], anyOf: [1] },
        { when: [], anyOf: [2, 3] },
      ],
    ],
    [
      '(a if b)',
      [
        { when: [2], anyOf: [1] },
        { when: [3], anyOf: [1] },
      ],
    ],
    [
      '(a if c else b)',
      [
        { when: [4], anyOf: [1] },
        { when: [], anyOf: [4, 2, 3] },
      ],
    ],
    [
      '(a unless c)',
      [
        { when: [], anyOf: [1] },
        { when: [4], anyOf: [] },
      ],
    ],
    ['(a with b)', [{ when: [], anyOf: [9] }]],
    // Nothing to ask for.
    ['(always or a)', []],
    ['(a if never)', []],
    ['(a or never)', [{ when: [], anyOf: [1] }]],
    ['(a if a)', []],
    // Cannot hold.
    ['(never)', [{ when: [], anyOf: [] }]],
  ])('of %s', (text, expected) => {
    expect(clauses(text)).toEqual(expected);
  });

  it.each([
    [
      '(a or b)',
      [
        { when: [1], anyOf: [] },
        { when: [2], anyOf: [] },
        { when: [3], anyOf: [] },
      ],
    ],
    ['(a and c)', [{ when: [1, 4], anyOf: [] }]],
    ['(always)', [{ when: [], anyOf: [] }]],
    [
      '(a if c)',
      [
        { when: [1], anyOf: [] },
        { when: [], anyOf: [4] },
      ],
    ],
  ])('of not %s', (text, expected) => {
    expect(clauses(text, true)).toEqual(expected);
  });
});

it.each([
  ['(a if b)', [2], false],
  ['(a if b)', [1, 2], true],
  ['(a if b)', [], true],
  ['(a unless c)', [1, 4], false],
  ['(a and (b or c))', [1, 4], true],
])('%s with %j selected is %s', (text, selected, expected) => {
  const isTrue = (part: RichNode) => [satisfiersOf(part)].flat().some((id) => id === 'always' || selected.includes(id));
  expect(isRichTrue(parseRichDependency(text, 'test'), isTrue)).toBe(expected);
});
