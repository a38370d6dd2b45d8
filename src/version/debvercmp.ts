/**
 * Debian version order and relations, after deb-version(7) and dpkg's own comparison
 * (https://www.debian.org/doc/debian-policy/ch-controlfields.html#version). No regular expressions and no substrings: this runs
 * a hundred thousand times per resolution.
 */
import { compareDigitRuns, digitsEnd, isDigit, isLetter } from './char-class.ts';

/** The three parts of a Debian version. Missing parts are empty strings, which order like `0`. */
export interface DebVersion {
  readonly epoch: string;
  readonly upstream: string;
  readonly revision: string;
}

/** Relation operators of deb-version fields; `<` and `>` are the obsolete spellings of `<=` and `>=`. */
export type DebOperator = '<<' | '<=' | '=' | '>=' | '>>' | '<' | '>';

const COLON = 58;
const HYPHEN = 45;
const TILDE = 126;

/** Length of the epoch with its colon, 0 without one. A colon after anything but digits belongs to the upstream version. */
function upstreamStart(text: string): number {
  const end = digitsEnd(text, 0, text.length);
  return end > 0 && text.charCodeAt(end) === COLON ? end + 1 : 0;
}

/** Index of the last hyphen after the epoch, or the length: the upstream version may hold hyphens, the revision may not. */
function upstreamEnd(text: string, start: number): number {
  const hyphen = text.lastIndexOf('-');
  return hyphen < start ? text.length : hyphen;
}

function isUpstreamChar(code: number): boolean {
  // . + - : ~
  return isDigit(code) || isLetter(code) || code === 46 || code === 43 || code === HYPHEN || code === COLON || code === TILDE;
}

/**
 * Splits `1:2.0-3-4` into epoch `1`, upstream version `2.0-3`, revision `4`.
 *
 * @returns undefined when dpkg would refuse the version: empty parts, an epoch that is not a number, a character outside `A-Za-z0-9.+-:~`.
 */
export function parseDebVersion(text: string): DebVersion | undefined {
  const start = upstreamStart(text);
  const end = upstreamEnd(text, start);
  const hasRevision = end < text.length;
  if (end === start || (hasRevision && end === text.length - 1)) return undefined;
  for (let i = start; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (!isUpstreamChar(code) || (code === COLON && (start === 0 || i > end))) return undefined;
  }
  return {
    epoch: start === 0 ? '' : text.slice(0, start - 1),
    upstream: text.slice(start, end),
    revision: hasRevision ? text.slice(end + 1) : '',
  };
}

/** Weight of one character in a non-digit run: tilde before the end, the end before letters, letters before the rest. */
function weight(text: string, at: number, end: number): number {
  if (at >= end) return 0;
  const code = text.charCodeAt(at);
  if (isDigit(code)) return 0;
  if (isLetter(code)) return code;
  return code === TILDE ? -1 : code + 256;
}

/** Compares `a[aStart, aEnd)` with `b[bStart, bEnd)` by alternating non-digit and digit runs. */
function compareParts(a: string, aStart: number, aEnd: number, b: string, bStart: number, bEnd: number): -1 | 0 | 1 {
  let i = aStart;
  let j = bStart;
  while (i < aEnd || j < bEnd) {
    let x = weight(a, i, aEnd);
    let y = weight(b, j, bEnd);
    while (x !== 0 || y !== 0) {
      if (x !== y) return x < y ? -1 : 1;
      i += 1;
      j += 1;
      x = weight(a, i, aEnd);
      y = weight(b, j, bEnd);
    }
    const iEnd = digitsEnd(a, i, aEnd);
    const jEnd = digitsEnd(b, j, bEnd);
    const order = compareDigitRuns(a, i, iEnd, b, j, jEnd);
    if (order !== 0) return order;
    i = iEnd;
    j = jEnd;
  }
  return 0;
}

/**
 * Compares two Debian versions: epoch, then upstream version, then revision. A total preorder on all strings: `1.0` and `1.0-0` are equal.
 *
 * @example compareDebVersions('1.0~rc1-1', '1.0-1') // -1
 */
export function compareDebVersions(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  const aStart = upstreamStart(a);
  const bStart = upstreamStart(b);
  const epochs = compareDigitRuns(a, 0, aStart === 0 ? 0 : aStart - 1, b, 0, bStart === 0 ? 0 : bStart - 1);
  if (epochs !== 0) return epochs;
  const aEnd = upstreamEnd(a, aStart);
  const bEnd = upstreamEnd(b, bStart);
  const upstreams = compareParts(a, aStart, aEnd, b, bStart, bEnd);
  if (upstreams !== 0) return upstreams;
  return compareParts(a, aEnd + 1, a.length, b, bEnd + 1, b.length);
}

/** True when `version op bound` holds, as in `Depends: foo (>= 1.2)`. */
export function satisfiesDebRelation(version: string, op: DebOperator, bound: string): boolean {
  const order = compareDebVersions(version, bound);
  switch (op) {
    case '<<':
      return order < 0;
    case '<':
    case '<=':
      return order <= 0;
    case '=':
      return order === 0;
    case '>':
    case '>=':
      return order >= 0;
    case '>>':
      return order > 0;
  }
}
