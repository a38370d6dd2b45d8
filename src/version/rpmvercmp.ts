/**
 * rpm's order of one version or release string, after rpm-version(7) and rpm's `rpmio/rpmvercmp.c`
 * (https://rpm-software-management.github.io/rpm/man/rpm-version.7). Epoch and release are the business of `evr.ts`.
 */
import { compareDigitRuns, digitsEnd, isDigit, isLetter, lettersEnd } from './char-class.ts';

const TILDE = 126;
const CARET = 94;

/** The next index that matters: a letter, a digit, a tilde or a caret. Everything else only separates. */
function skipSeparators(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isDigit(code) || isLetter(code) || code === TILDE || code === CARET) break;
    at += 1;
  }
  return at;
}

/** Tilde sorts before everything, even the end. 2 means both have one and comparing goes on behind it. */
function compareTildes(x: number, y: number): -1 | 0 | 1 | 2 {
  if (x !== TILDE && y !== TILDE) return 0;
  if (x !== TILDE) return 1;
  return y === TILDE ? 2 : -1;
}

/** Caret sorts after the end but before anything that goes on. 2 means both have one. `NaN` is the end. */
function compareCarets(x: number, y: number): -1 | 0 | 1 | 2 {
  if (x !== CARET && y !== CARET) return 0;
  if (Number.isNaN(x)) return -1;
  if (Number.isNaN(y)) return 1;
  if (x !== CARET) return 1;
  return y === CARET ? 2 : -1;
}

function compareLetterRuns(a: string, aStart: number, aEnd: number, b: string, bStart: number, bEnd: number): -1 | 0 | 1 {
  let i = aStart;
  let j = bStart;
  for (; i < aEnd && j < bEnd; i += 1, j += 1) {
    const diff = a.charCodeAt(i) - b.charCodeAt(j);
    if (diff !== 0) return diff < 0 ? -1 : 1;
  }
  if (i === aEnd && j === bEnd) return 0;
  return i === aEnd ? -1 : 1;
}

/** End of the run of digits or of letters that starts at `start`. */
function runEnd(text: string, start: number): number {
  return isDigit(text.charCodeAt(start)) ? digitsEnd(text, start, text.length) : lettersEnd(text, start, text.length);
}

/** Compares the runs that start at `i` and `j`. A number is newer than letters. */
function compareRuns(a: string, i: number, b: string, j: number): -1 | 0 | 1 {
  const numeric = isDigit(a.charCodeAt(i));
  if (numeric !== isDigit(b.charCodeAt(j))) return numeric ? 1 : -1;
  const compare = numeric ? compareDigitRuns : compareLetterRuns;
  return compare(a, i, runEnd(a, i), b, j, runEnd(b, j));
}

/**
 * Compares two version (or two release) strings as rpm does. Strings that differ only in separators are equal.
 *
 * @example rpmvercmp('1.0~rc1', '1.0') // -1
 * @example rpmvercmp('1.0^git1', '1.0') // 1
 */
export function rpmvercmp(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    i = skipSeparators(a, i);
    j = skipSeparators(b, j);
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(j);
    const mark = compareTildes(x, y) || compareCarets(x, y);
    if (mark === 2) {
      i += 1;
      j += 1;
      continue;
    }
    if (mark !== 0) return mark;
    if (i >= a.length || j >= b.length) break;

    const order = compareRuns(a, i, b, j);
    if (order !== 0) return order;
    i = runEnd(a, i);
    j = runEnd(b, j);
  }
  if (i >= a.length && j >= b.length) return 0;
  return i < a.length ? 1 : -1;
}
