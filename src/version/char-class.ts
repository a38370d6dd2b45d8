/** Character tests on code units, shared by both version orders. ASCII only: neither rpm nor dpkg asks the locale. */

/** True for `0`–`9`. `NaN` (past the end of a string) is not a digit. */
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** True for `A`–`Z` and `a`–`z`. */
export function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

/** The first index from `start` on, below `end`, that holds no digit; `end` when all do. */
export function digitsEnd(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isDigit(text.charCodeAt(at))) at += 1;
  return at;
}

/** The first index from `start` on, below `end`, that holds no letter; `end` when all do. */
export function lettersEnd(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isLetter(text.charCodeAt(at))) at += 1;
  return at;
}

/**
 * Compares two runs of digits as numbers of any size, without converting them: a run can be longer than 2^53 has digits.
 * Leading zeros do not count; an empty run is zero.
 */
export function compareDigitRuns(a: string, aStart: number, aEnd: number, b: string, bStart: number, bEnd: number): -1 | 0 | 1 {
  let i = aStart;
  let j = bStart;
  while (i < aEnd && a.charCodeAt(i) === 48) i += 1;
  while (j < bEnd && b.charCodeAt(j) === 48) j += 1;
  const lengthDiff = aEnd - i - (bEnd - j);
  if (lengthDiff !== 0) return lengthDiff < 0 ? -1 : 1;
  for (; i < aEnd; i += 1, j += 1) {
    const diff = a.charCodeAt(i) - b.charCodeAt(j);
    if (diff !== 0) return diff < 0 ? -1 : 1;
  }
  return 0;
}
