/** EVRs: splitting, order, and the overlap of ranges with a missing epoch or release. */
import { describe, expect, it } from 'vitest';
import { compareEvr, type EvrOperator, evrRangesOverlap, formatEvr, parseEvr } from '../../src/version/evr.ts';

describe('parseEvr and formatEvr', () => {
  it.each([
    ['1:2.0-3.el9', { epoch: '1', version: '2.0', release: '3.el9' }, '1:2.0-3.el9'],
    ['2.0', { epoch: '', version: '2.0', release: '' }, '2.0'],
    ['0:2.0-1', { epoch: '0', version: '2.0', release: '1' }, '2.0-1'],
    [':2.0', { epoch: '0', version: '2.0', release: '' }, '2.0'],
    ['2.0-3-4', { epoch: '', version: '2.0-3', release: '4' }, '2.0-3-4'],
    ['a:1', { epoch: '', version: 'a:1', release: '' }, 'a:1'],
  ])('%s', (text, parts, printed) => {
    expect(parseEvr(text)).toEqual(parts);
    expect(formatEvr(parseEvr(text))).toBe(printed);
  });
});

describe('compareEvr', () => {
  it.each([
    ['1:1-1', '2-1', 1],
    ['0:1-1', '1-1', 0],
    ['1-1', '1', 1],
    ['17.0~rc1-1', '17.0~rc1-2', -1],
    ['1.0-1~a', '1.0-1~b', -1],
    ['1.0-10.el9', '1.0-9.el9', 1],
  ])('%s against %s is %i', (a, b, expected) => {
    expect(compareEvr(parseEvr(a), parseEvr(b))).toBe(expected);
    expect(compareEvr(parseEvr(b), parseEvr(a))).toBe(expected === 0 ? 0 : -expected);
  });
});

describe('a package that provides one version', () => {
  it.each<[string, EvrOperator, string, boolean]>([
    ['1.0', '>=', '1.0-3', true],
    ['1.0', '=', '1.0-3', true],
    ['1.0', '>', '1.0-3', true],
    ['1.0-3', '>=', '1.0', true],
    ['1.0-3', '>', '1.0', false],
    ['1.0-3', '<', '1.0', false],
    ['1.0-3', '=', '1.0', true],
    ['1.0-2', '>=', '1.0-3', false],
    ['1:1.0', '>=', '2.0', true],
    ['1.0', '>=', '1:0.5', false],
    ['0:1.0-1', '=', '1.0-1', true],
  ])('a provide = %s, required %s %s: %s', (provided, op, required, expected) => {
    expect(evrRangesOverlap({ op: '=', evr: parseEvr(provided) }, { op, evr: parseEvr(required) })).toBe(expected);
  });
});

describe('evrRangesOverlap', () => {
  const range = (op: EvrOperator, text: string) => ({ op, evr: parseEvr(text) });

  it.each<[EvrOperator, string, EvrOperator, string, boolean]>([
    ['>=', '2', '>=', '9', true],
    ['<', '2', '<', '1', true],
    ['<', '2', '>', '2', false],
    ['<=', '2', '>=', '2', true],
    ['<', '2', '>', '1', true],
    ['>', '2', '<', '1', false],
    ['>=', '2', '=', '1', false],
  ])('provide %s %s, require %s %s: %s', (pOp, p, rOp, r, expected) => {
    expect(evrRangesOverlap(range(pOp, p), range(rOp, r))).toBe(expected);
  });

  it('a side without a version meets everything', () => {
    expect(evrRangesOverlap(null, range('=', '1'))).toBe(true);
    expect(evrRangesOverlap(range('=', '1'), null)).toBe(true);
  });
});
