/**
 * epoch:version-release of RPM: order of packages, and overlap of the ranges in Provides and Requires, after rpm-version(7)
 * and rpm's `rpmverOverlap()` (lib/rpmver.c, lib/rpmds.c). libsolv, and so dnf, follows the same rules.
 */
import { rpmvercmp } from './rpmvercmp.ts';

/** An EVR in its parts. Empty `epoch` or `release` means the text had none, which matters when dependencies are matched. */
export interface Evr {
  readonly epoch: string;
  readonly version: string;
  readonly release: string;
}

export type EvrOperator = '=' | '<' | '<=' | '>' | '>=';

/** One end-bounded range of EVRs, as dependencies carry it. */
export interface EvrRange {
  readonly op: EvrOperator;
  readonly evr: Evr;
}

const LESS = 1;
const EQUAL = 2;
const GREATER = 4;
const SENSE: Readonly<Record<EvrOperator, number>> = { '=': EQUAL, '<': LESS, '<=': LESS | EQUAL, '>': GREATER, '>=': GREATER | EQUAL };

/**
 * Splits `1:2.0-3.el9`. The epoch ends at the first colon when only digits stand before it, the release starts at the last hyphen.
 *
 * @example parseEvr('2.0') // { epoch: '', version: '2.0', release: '' }
 */
export function parseEvr(text: string): Evr {
  const colon = text.indexOf(':');
  const hasEpoch = colon >= 0 && allDigits(text, colon);
  const start = hasEpoch ? colon + 1 : 0;
  const hyphen = text.lastIndexOf('-');
  const hasRelease = hyphen >= start;
  return {
    // rpm reads ":1.0" as epoch 0, not as no epoch.
    epoch: hasEpoch ? text.slice(0, colon) || '0' : '',
    version: hasRelease ? text.slice(start, hyphen) : text.slice(start),
    release: hasRelease ? text.slice(hyphen + 1) : '',
  };
}

function allDigits(text: string, end: number): boolean {
  for (let i = 0; i < end; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

/** `1:2.0-3.el9`; an epoch of 0 is left out, as rpm prints it. */
export function formatEvr(evr: Evr): string {
  const head = evr.epoch === '' || evr.epoch === '0' ? evr.version : `${evr.epoch}:${evr.version}`;
  return evr.release === '' ? head : `${head}-${evr.release}`;
}

function compareEpochs(a: Evr, b: Evr): -1 | 0 | 1 {
  return a.epoch === b.epoch ? 0 : rpmvercmp(a.epoch || '0', b.epoch || '0');
}

/** Order of two packages' EVRs: a missing epoch is 0, a missing release is older than any. */
export function compareEvr(a: Evr, b: Evr): -1 | 0 | 1 {
  const order = compareEpochs(a, b) || rpmvercmp(a.version, b.version);
  if (order !== 0 || a.release === b.release) return order;
  if (a.release === '') return -1;
  return b.release === '' ? 1 : rpmvercmp(a.release, b.release);
}

/**
 * True when a provide and a require (or conflict, or obsolete) of the same name have an EVR in common. `null` on either side means
 * without a version, which meets everything. A side without a release meets every release of its version if its operator allows `=`.
 */
export function evrRangesOverlap(provided: EvrRange | null, required: EvrRange | null): boolean {
  if (provided === null || required === null) return true;
  return overlap(provided.evr, SENSE[provided.op], required.evr, SENSE[required.op]);
}

function overlap(a: Evr, aSense: number, b: Evr, bSense: number): boolean {
  // Two ranges open to the same side always meet.
  if ((aSense & bSense & (LESS | GREATER)) !== 0) return true;
  let order = compareEpochs(a, b) || rpmvercmp(a.version, b.version);
  if (order === 0) {
    const aHas = a.release !== '';
    const bHas = b.release !== '';
    if (aHas !== bHas && ((aHas ? bSense : aSense) & EQUAL) !== 0) return true;
    if (aHas && bHas) order = rpmvercmp(a.release, b.release);
  }
  if (order === 0) return (aSense & bSense & EQUAL) !== 0;
  return order < 0 ? (aSense & GREATER) !== 0 || (bSense & LESS) !== 0 : (aSense & LESS) !== 0 || (bSense & GREATER) !== 0;
}
