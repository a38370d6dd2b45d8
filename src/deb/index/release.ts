/**
 * The Release file of a suite or a flat repository (https://wiki.debian.org/DebianRepository/Format). Only SHA256 and SHA512 tables count;
 * a Release with MD5 or SHA1 alone is refused, as apt refuses it. The signature was checked before the text came here.
 */
import { type Digest, isDigestHex } from '../../base/digest.ts';
import { AppError } from '../../base/errors.ts';
import { isYes, parseStanza, type Stanza } from '../package/deb822.ts';

const MAX_FILES = 200_000;
const MAX_FILE_BYTES = 64 * 2 ** 30;
/** How far ahead of our clock a Release may be dated; apt's Acquire::Max-FutureTime. */
const MAX_FUTURE_SEC = 10;

/** One line of the file table. */
export interface ReleaseFile {
  /** Relative to the directory of the Release file. Never absolute, never with `..`. */
  readonly path: string;
  readonly sizeBytes: number;
  /** The strongest digest the Release gives. */
  readonly digest: Digest;
}

/** A parsed Release. Absent text fields are empty strings. */
export interface Release {
  readonly suite: string;
  readonly codename: string;
  readonly origin: string;
  readonly label: string;
  /** Seconds since 1970. */
  readonly dateSec: number;
  readonly validUntilSec: number | null;
  /** Without the suite prefix that Debian's security archive puts before them (`updates/main` → `main`). */
  readonly components: readonly string[];
  readonly architectures: readonly string[];
  readonly acquireByHash: boolean;
  readonly notAutomatic: boolean;
  readonly butAutomaticUpgrades: boolean;
  /** False when the binary-ARCH indexes also carry the `all` packages (`No-Support-for-Architecture-all: Packages`). */
  readonly separateAll: boolean;
  readonly files: ReadonlyMap<string, ReleaseFile>;
}

/**
 * Parses the signed text of an InRelease or Release.
 *
 * @param what URL or path, for messages.
 * @throws {AppError} `INDEX_INVALID` naming all faults: no date, no SHA256 or SHA512 table, a malformed line, an unsafe path.
 */
export function parseRelease(text: string, what: string): Release {
  const stanza = parseStanza(text, what);
  const faults: string[] = [];
  const dateSec = parseDate(stanza, 'date', faults);
  if (dateSec === null && !stanza.has('date')) faults.push('field Date is missing');
  const validUntilSec = parseDate(stanza, 'valid-until', faults);
  const files = parseFileTables(stanza, faults);
  if (faults.length > 0) throw new AppError('INDEX_INVALID', `${what}: ${faults.slice(0, 10).join('; ')}`);
  return {
    suite: stanza.get('suite') ?? '',
    codename: stanza.get('codename') ?? '',
    origin: stanza.get('origin') ?? '',
    label: stanza.get('label') ?? '',
    dateSec: dateSec ?? 0,
    validUntilSec,
    components: words(stanza.get('components')).map((component) => component.slice(component.lastIndexOf('/') + 1)),
    architectures: words(stanza.get('architectures')),
    acquireByHash: isYes(stanza.get('acquire-by-hash')),
    notAutomatic: isYes(stanza.get('notautomatic')),
    butAutomaticUpgrades: isYes(stanza.get('butautomaticupgrades')),
    separateAll: hasSeparateAll(stanza),
    files,
  };
}

/** Clock and leniency for {@link checkReleaseDates}. */
export interface DateCheck {
  readonly nowSec: number;
  readonly what: string;
  /** Accept an expired Release: for archived releases whose mirrors are frozen. */
  readonly allowExpired?: boolean;
}

/**
 * Refuses a Release that is expired or dated in the future.
 *
 * @throws {AppError} `INDEX_EXPIRED` or `INDEX_NOT_YET_VALID`.
 */
export function checkReleaseDates(release: Release, check: DateCheck): void {
  const { nowSec, what } = check;
  if (release.dateSec > nowSec + MAX_FUTURE_SEC) {
    throw new AppError('INDEX_NOT_YET_VALID', `${what} is dated ${utc(release.dateSec)}, in the future: this machine says ${utc(nowSec)}`, {
      hint: 'set the clock of this machine',
    });
  }
  if (release.validUntilSec === null || release.validUntilSec >= nowSec || check.allowExpired === true) return;
  throw new AppError('INDEX_EXPIRED', `${what} expired on ${utc(release.validUntilSec)}: this machine says ${utc(nowSec)}`, {
    hint: 'if the clock is right, the mirror is stale: use another one',
  });
}

function hasSeparateAll(stanza: Stanza): boolean {
  const arches = words(stanza.get('architectures'));
  return arches.includes('all') && !words(stanza.get('no-support-for-architecture-all')).includes('Packages');
}

function words(value: string | undefined): string[] {
  return value === undefined ? [] : value.split(/\s+/).filter((word) => word !== '');
}

/** RFC 1123 with `UTC`, `GMT`, `Z` or `+0000`, as apt accepts; anything else has no agreed meaning. */
function parseDate(stanza: Stanza, field: string, faults: string[]): number | null {
  const text = stanza.get(field);
  if (text === undefined) return null;
  const isUtc = /^[A-Z][a-z]{2}, +\d{1,2} [A-Z][a-z]{2} \d{4} \d{1,2}:\d{2}:\d{2} (?:UTC|GMT|Z|[+-]0000)$/.test(text);
  const timeMs = isUtc ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(timeMs)) {
    faults.push(`${field} "${text}" is not a date like "Sat, 11 Jul 2026 10:16:37 UTC"`);
    return null;
  }
  return Math.floor(timeMs / 1000);
}

function parseFileTables(stanza: Stanza, faults: string[]): ReadonlyMap<string, ReleaseFile> {
  const files = new Map<string, ReleaseFile>();
  // Weaker first: a stronger digest of the same path replaces it.
  for (const algorithm of ['sha256', 'sha512'] as const) {
    const table = stanza.get(algorithm);
    if (table !== undefined) parseFileTable(table, algorithm, files, faults);
  }
  if (files.size === 0 && !stanza.has('sha256') && !stanza.has('sha512')) {
    const weak = ['md5sum', 'sha1'].filter((field) => stanza.has(field));
    faults.push(weak.length > 0 ? `only weak digests (${weak.join(', ')}), no SHA256` : 'no SHA256 file table');
  }
  return files;
}

function parseFileTable(table: string, algorithm: 'sha256' | 'sha512', files: Map<string, ReleaseFile>, faults: string[]): void {
  const lines = table.split('\n');
  if (lines.length > MAX_FILES) {
    faults.push(`${algorithm} table has ${lines.length} lines`);
    return;
  }
  for (const line of lines) {
    const [hex = '', size = '', path = '', ...rest] = line.trim().split(/\s+/);
    if (hex === '') continue;
    const sizeBytes = Number(size);
    const isGood = isDigestHex(algorithm, hex) && /^\d{1,14}$/.test(size) && sizeBytes <= MAX_FILE_BYTES && rest.length === 0;
    if (!isGood || !isSafePath(path)) faults.push(`${algorithm} line "${line.trim().slice(0, 120)}" is malformed`);
    else files.set(path, { path, sizeBytes, digest: { algorithm, hex } });
  }
}

/** A relative path that stays where it is: no `..`, not absolute, no control characters, no backslash. */
export function isSafePath(path: string): boolean {
  if (path === '' || path.length > 4096 || path.startsWith('/') || /[\u0000-\u001f\u007f\\]/.test(path)) return false;
  return !path.split('/').includes('..');
}

function utc(sec: number): string {
  return new Date(sec * 1000).toISOString().replace('.000Z', ' UTC').replace('T', ' ');
}
