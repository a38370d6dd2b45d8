/**
 * The Release file of a suite or a flat repository (https://wiki.debian.org/DebianRepository/Format). Only SHA256 and SHA512 tables count;
 * a Release with MD5 or SHA1 alone is refused, as apt refuses it. The signature was checked before the text came here.
 */
import { type Digest, isDigestHex } from '../../base/digest.ts';
import { AppError } from '../../base/errors.ts';
import { isYes, readStanza, type Stanza } from '../package/deb822.ts';
import { parseAptDate } from './apt-date.ts';

const MAX_FILES = 200_000;
const MAX_FILE_BYTES = 64 * 2 ** 30;
/** How far ahead of our clock a Release may be dated; apt's Acquire::Max-FutureTime. */
const MAX_FUTURE_SEC = 10;
const DATE_LIKE = 'a date like "Sat, 11 Jul 2026 10:16:37 UTC"';

/** One line of the file table. */
export interface ReleaseFile {
  /** Relative to the directory of the Release file. Never absolute, never with `..`. */
  readonly path: string;
  readonly sizeBytes: number;
  /** The strongest digest the Release gives. */
  readonly digest: Digest;
  /** The SHA-256 where that is not the strongest: apt believes a file only when all its strong digests are right. */
  readonly sha256: string | null;
  /** Why no file can be what the Release says; null when one can. */
  readonly fault: string | null;
}

/** A parsed Release. Absent text fields are empty strings. */
export interface Release {
  readonly suite: string;
  readonly codename: string;
  readonly origin: string;
  readonly label: string;
  /** Seconds since 1970; 0 when the Release does not tell, or not in a way that apt can read. */
  readonly dateSec: number;
  /** Until when it counts; `sec` is null when that cannot be read. Null when it never expires. */
  readonly validUntil: { readonly text: string; readonly sec: number | null } | null;
  /** Without the suite prefix that Debian's security archive puts before them (`updates/main` → `main`). */
  readonly components: readonly string[];
  readonly architectures: readonly string[];
  readonly acquireByHash: boolean;
  readonly notAutomatic: boolean;
  readonly butAutomaticUpgrades: boolean;
  /** False when the `all` packages are in the binary-ARCH indexes only (`No-Support-for-Architecture-all: Packages`, or no `all`). */
  readonly separateAll: boolean;
  readonly files: ReadonlyMap<string, ReleaseFile>;
  /** What is wrong with it and does no harm, as sentences. */
  readonly oddities: readonly string[];
}

/**
 * Parses the signed text of an InRelease or Release. What apt passes over is passed over and told in `oddities`.
 *
 * @param what URL or path, for messages.
 * @throws {AppError} `INDEX_INVALID` where apt, too, refuses the repository: no SHA256 or SHA512 table, a line of it that is not three
 * words.
 */
export function parseRelease(text: string, what: string): Release {
  const { fields, oddities: odd, unseenByApt, isUnreadableForApt } = readStanza(text);
  const faults: string[] = [];
  // Where apt sees no table it believes nothing of the repository: we do not see more than it does.
  const stanza = new Map([...fields].filter(([name]) => !unseenByApt.has(name)));
  if (isUnreadableForApt) faults.push('it ends with a line that is no field');
  if (/^(?:\r?\n){2}/.test(text)) faults.push('it begins with empty lines, which end it');
  const oddities = [...odd];
  const files = parseFileTables(stanza, { faults, oddities });
  if (faults.length > 0) {
    throw new AppError('INDEX_INVALID', `${what}: ${faults.slice(0, 10).join('; ')}`, {
      hint: 'apt refuses such a Release too (“provides only weak security information”): tell whoever publishes the repository',
    });
  }
  const dateText = stanza.get('date');
  const dateSec = parseAptDate(dateText ?? '');
  if (dateSec === null) oddities.push(dateText === undefined ? 'field Date is missing' : `Date "${dateText}" is not ${DATE_LIKE}`);
  const validUntil = stanza.get('valid-until');
  return {
    suite: stanza.get('suite') ?? '',
    codename: stanza.get('codename') ?? '',
    origin: stanza.get('origin') ?? '',
    label: stanza.get('label') ?? '',
    dateSec: dateSec ?? 0,
    validUntil: validUntil === undefined || validUntil === '' ? null : { text: validUntil, sec: parseAptDate(validUntil) },
    components: words(stanza.get('components')).map((component) => component.slice(component.lastIndexOf('/') + 1)),
    architectures: words(stanza.get('architectures')),
    acquireByHash: isYes(stanza.get('acquire-by-hash')),
    notAutomatic: isYes(stanza.get('notautomatic')),
    butAutomaticUpgrades: isYes(stanza.get('butautomaticupgrades')),
    separateAll: hasSeparateAll(stanza),
    files,
    oddities,
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
 * Refuses a Release that is expired or dated in the future, as apt does. A Release without a readable Date is of no known age; one whose
 * Valid-Until cannot be read may be of any age and was meant to expire.
 *
 * @throws {AppError} `INDEX_EXPIRED`, `INDEX_NOT_YET_VALID`, or `INDEX_INVALID` for a Valid-Until that cannot be read.
 */
export function checkReleaseDates(release: Release, check: DateCheck): void {
  const { nowSec, what } = check;
  if (release.dateSec > nowSec + MAX_FUTURE_SEC) {
    throw new AppError('INDEX_NOT_YET_VALID', `${what} is dated ${utc(release.dateSec)}, in the future: this machine says ${utc(nowSec)}`, {
      hint: 'set the clock of this machine',
    });
  }
  const { validUntil } = release;
  if (validUntil === null || check.allowExpired === true) return;
  if (validUntil.sec === null) {
    throw new AppError('INDEX_INVALID', `${what}: Valid-Until "${validUntil.text}" is not ${DATE_LIKE}`, {
      hint: 'apt refuses it too; --ignore-expiry takes it, when you know that the mirror is up to date',
    });
  }
  if (validUntil.sec >= nowSec) return;
  throw new AppError('INDEX_EXPIRED', `${what} expired on ${utc(validUntil.sec)}: this machine says ${utc(nowSec)}`, {
    hint: 'if the clock is right, the mirror is stale: use another one',
  });
}

/** As for apt: a Release that names no architectures has them all. */
function hasSeparateAll(stanza: Stanza): boolean {
  const arches = words(stanza.get('architectures'));
  return (
    (arches.length === 0 || arches.includes('all')) &&
    !(stanza.get('no-support-for-architecture-all') ?? '').split(' ').includes('Packages')
  );
}

function words(value: string | undefined): string[] {
  return value === undefined ? [] : value.split(/\s+/).filter((word) => word !== '');
}

/** What is found while the tables are read: `faults` end it, `oddities` are passed over. */
interface Findings {
  readonly faults: string[];
  readonly oddities: string[];
}

function parseFileTables(stanza: Stanza, findings: Findings): ReadonlyMap<string, ReleaseFile> {
  const [weaker, stronger] = (['sha256', 'sha512'] as const).map((algorithm) =>
    parseFileTable(stanza.get(algorithm) ?? '', algorithm, findings),
  );
  // Weak tables count for nothing, but for apt a line of theirs that has no digest, size and path makes the whole Release unreadable.
  for (const weak of ['md5sum', 'sha1']) {
    const isLine = (line: string) => [0, 3].includes(line.split(/\s+/).filter((word) => word !== '').length);
    const bad = (stanza.get(weak) ?? '').split('\n').find((line) => !isLine(line));
    if (bad !== undefined) findings.faults.push(`${weak} line "${bad.trim().slice(0, 160)}" is not a digest, a size and a path`);
  }
  const files = new Map(weaker);
  for (const [path, file] of stronger ?? []) {
    const other = weaker?.get(path);
    files.set(path, { ...file, sha256: other?.digest.hex ?? null, fault: other?.fault ?? file.fault });
  }
  if (files.size === 0 && findings.faults.length === 0) {
    const weak = ['md5sum', 'sha1'].filter((field) => stanza.has(field));
    findings.faults.push(weak.length > 0 ? `only weak digests (${weak.join(', ')}), no SHA256` : 'no SHA256 file table');
  }
  return files;
}

/** Of a path that stands there twice the first line counts, as for apt. */
function parseFileTable(table: string, algorithm: 'sha256' | 'sha512', { faults, oddities }: Findings): Map<string, ReleaseFile> {
  const files = new Map<string, ReleaseFile>();
  const lines = table.split('\n');
  if (lines.length > MAX_FILES) {
    faults.push(`${algorithm} table has ${lines.length} lines`);
    return files;
  }
  for (const line of lines) {
    const [hex = '', size = '', path = '', ...rest] = line.trim().split(/\s+/);
    if (hex === '') continue;
    const shown = `${algorithm} line "${line.trim().slice(0, 160)}"`;
    if (path === '' || rest.length > 0) {
      faults.push(`${shown} is not a digest, a size and a path`);
    } else if (!isSafePath(path)) {
      oddities.push(`${shown} names a path that no file can have`);
    } else if (!files.has(path)) {
      const sizeBytes = Number(size);
      const isGood = isDigestHex(algorithm, hex) && /^\d{1,14}$/.test(size) && sizeBytes <= MAX_FILE_BYTES;
      if (!isGood) oddities.push(`${shown} fits no file`);
      files.set(path, { path, sizeBytes, digest: { algorithm, hex }, sha256: null, fault: isGood ? null : `${shown} fits no file` });
    }
  }
  return files;
}

/** A relative path that stays where it is: no `..`, not absolute, no control characters, no backslash. */
export function isSafePath(path: string): boolean {
  if (path === '' || path.length > 4096 || path.startsWith('/') || /[\u0000-\u001f\u007f\\]/.test(path)) return false;
  return !path.split('/').includes('..');
}

function utc(sec: number): string {
  return new Date(sec * 1000).toISOString().replace('.000Z', ' UTC').replace('T', ' ');
}
