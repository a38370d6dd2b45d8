import { describe, expect, it } from 'vitest';
import { compareDigitRuns, digitsEnd, isDigit, isLetter, lettersEnd } from '../../src/version/char-class.ts';

const code = (text: string) => text.charCodeAt(0);

describe('character classes', () => {
  it.each([
    ['0', true, false],
    ['9', true, false],
    ['/', false, false],
    [':', false, false],
    ['A', false, true],
    ['z', false, true],
    ['[', false, false],
    ['`', false, false],
    // Letters and digits of other scripts are neither, as for rpm and dpkg.
    ['é', false, false],
    ['٣', false, false],
    // Past the end of a string.
    ['', false, false],
  ])('%j: digit %s, letter %s', (text, digit, letter) => {
    expect(isDigit(code(text))).toBe(digit);
    expect(isLetter(code(text))).toBe(letter);
  });
});

describe('the end of a run', () => {
  it.each([
    ['12ab', 0, 4, 2, 0],
    ['12ab', 2, 4, 2, 4],
    ['12ab', 2, 3, 2, 3],
    ['1234', 1, 3, 3, 1],
    ['', 0, 0, 0, 0],
  ])('in %j from %d to %d: digits to %d, letters to %d', (text, start, end, digits, letters) => {
    expect(digitsEnd(text, start, end)).toBe(digits);
    expect(lettersEnd(text, start, end)).toBe(letters);
  });
});

describe('compareDigitRuns', () => {
  const whole = (a: string, b: string) => compareDigitRuns(a, 0, a.length, b, 0, b.length);

  it.each([
    ['1', '2', -1],
    ['10', '9', 1],
    ['007', '7', 0],
    ['', '0', 0],
    ['', '1', -1],
    ['000', '', 0],
    // One more than 2^53, where numbers of JavaScript are equal.
    ['9007199254740993', '9007199254740992', 1],
    [`${'9'.repeat(50)}0`, `${'9'.repeat(50)}1`, -1],
  ])('%s against %s: %d', (a, b, order) => {
    expect(whole(a, b)).toBe(order);
    expect(whole(b, a)).toBe(order === 0 ? 0 : -order);
  });

  it('looks at nothing outside the runs', () => {
    expect(compareDigitRuns('9x12y', 2, 4, '12', 0, 2)).toBe(0);
  });
});
