import { describe, expect, it } from 'vitest';
import { explain, explainUnknown } from '../../src/solve/explain.ts';
import type { Clause, Request } from '../../src/solve/types.ts';
import { excludes, needs, providerOf, request } from './toy-provider.ts';

const provider = providerOf(() => []);
const linesOf = (requests: Request[], clauses: Clause[], baseline: number[] = []) =>
  explain({ requests, clauses, baseline }, provider).lines;
const rejected = (count: number) => Array.from({ length: count }, (_, n) => ({ label: `foo ${n}`, why: 'too old' }));

describe('explainUnknown', () => {
  it.each([
    ['foo', 'foo'],
    ['foo (>= 2)', 'foo'],
    ['foo >= 2', 'foo'],
    ['a | b', 'a | b'],
    ['(a or b)', '(a or b)'],
  ])('says of %s that nothing provides %s', (text, name) => {
    expect(explainUnknown({ text, origin: '--package', anyOf: [] })).toEqual([
      `${text} was requested (--package), but nothing provides ${name}`,
    ]);
  });

  it('lists what almost matched, five at most', () => {
    const lines = explainUnknown({ text: 'foo', origin: 'x', anyOf: [], rejected: rejected(7) });
    expect(lines).toHaveLength(8);
    expect(lines.slice(0, 2)).toEqual(['foo was requested (x), but:', '  foo 0 does not count: too old']);
    expect(lines.slice(-2)).toEqual(['  nor do 2 more', '  nothing else provides foo']);
  });
});

describe('explain', () => {
  it('follows the chain from the request, depth first', () => {
    expect(linesOf([request(0)], [needs(2), needs(0, 1), needs(1, 2)])).toEqual([
      'p0 was requested (test)',
      'p0 requires p1; only p1 provides it',
      'p1 requires p2; only p2 provides it',
      'p2 requires p, but nothing provides p',
    ]);
  });

  it('says which candidates a request has when its words do not', () => {
    const [line] = linesOf([{ text: 'web', origin: 'x', anyOf: [1, 2, 3, 4, 5, 6] }], []);
    expect(line).toBe('web was requested (x); only p1, p2, p3 or 3 more would do');
  });

  it('tells versions that fail for one reason in one sentence', () => {
    const same = (id: number): Clause => ({ when: [id], anyOf: [], reason: { kind: 'requires', text: 'lib >= 2', rejected: rejected(1) } });
    expect(linesOf([{ text: 'app', origin: 'x', anyOf: [1, 2] }], [same(1), same(2)])).toEqual([
      'app was requested (x); only p1 or p2 would do',
      'p1 and p2 require lib >= 2, but:',
      '  foo 0 does not count: too old',
      '  nothing else provides lib',
    ]);
  });

  it.each<[Clause['reason'], string]>([
    [{ kind: 'conflicts', text: 'p1', word: 'Conflicts' }, 'p0 conflicts with p1, which is p1'],
    [{ kind: 'conflicts', text: 'p1', word: 'Breaks' }, 'p0 breaks p1, which is p1'],
    [{ kind: 'conflicts', text: 'p1', word: 'Obsoletes' }, 'p0 obsoletes p1, which is p1'],
    [{ kind: 'same-name', text: 'two versions' }, 'only one of p0 and p1 can be installed: two versions'],
    [{ kind: 'multi-arch', text: '' }, 'only one of p0 and p1 can be installed'],
  ])('says of an exclusion of kind $kind what it is', (reason, line) => {
    expect(linesOf([request(0), request(1)], [{ when: [0, 1], anyOf: [], reason }]).at(-1)).toBe(line);
  });

  it('says which packages are in the baseline, and what must come before unpacking', () => {
    const pre: Clause = { when: [0], anyOf: [1], reason: { kind: 'requires', text: 'p1', pre: true } };
    expect(linesOf([request(0)], [pre, excludes(1, 9)], [9])).toEqual([
      'p0 was requested (test)',
      'p0 requires p1 (before it is unpacked); only p1 provides it',
      'p1 conflicts with p9, which is p9 (in the baseline)',
    ]);
  });

  it('tells a condition', () => {
    const conditional: Clause = { when: [0, 1], anyOf: [2], reason: { kind: 'requires', text: '(p2 if p1)' } };
    expect(linesOf([request(0), request(1)], [conditional]).at(-1)).toBe('p0 requires (p2 if p1), given p1; only p2 provides it');
  });
});
