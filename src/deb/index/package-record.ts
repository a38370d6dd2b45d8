/**
 * One stanza of a Packages or dpkg status file as a checked value (deb-control(5), https://wiki.debian.org/DebianRepository/Format).
 * Relationship fields stay text here: they are parsed when the solver reaches the package.
 */
import { isDigestHex } from '../../base/digest.ts';
import { AppError } from '../../base/errors.ts';
import { parseDebVersion } from '../../version/debvercmp.ts';
import { isYes, readStanza, type Stanza } from '../package/deb822.ts';
import { isSafePath } from './release.ts';

export type MultiArch = 'no' | 'same' | 'foreign' | 'allowed';

/** What the solver and the lock need of a stanza. */
export interface PackageRecord {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  readonly multiArch: MultiArch;
  readonly isEssential: boolean;
  /** `Protected: yes` or the older `Important: yes`. */
  readonly isProtected: boolean;
  readonly priority: string;
  readonly source: string;
  /** Relative to the base URL of the repository, without `./` in front. Empty for an installed package. */
  readonly path: string;
  /** 0 for an installed package. */
  readonly sizeBytes: number;
  /** Lower-case hex. Empty for an installed package, and where only `sha512` is given: then the package itself must tell. */
  readonly sha256: string;
  /** Lower-case hex, or empty. */
  readonly sha512: string;
  readonly installedBytes: number;
  /** All fields, also those named above. */
  readonly fields: Stanza;
  /** What was odd about the stanza and passed over, as sentences; mostly empty. */
  readonly oddities: readonly string[];
}

/** dpkg takes more than the policy allows. */
const NAME = /^[a-z0-9][a-z0-9+._~-]{0,199}$/;
const ARCH = /^[a-z0-9][a-z0-9-]{0,39}$/;
/** What bytes that are not UTF-8 are read as: the server knows them by another name. */
const NOT_UTF8 = '\ufffd';
const MAX_VERSION_CHARS = 300;
const MAX_STANZA_CHARS = 4 << 20;
const MAX_PACKAGE_BYTES = 64 * 2 ** 30;

/**
 * Reads a stanza of an archive's index.
 *
 * @param where the upstream, for messages.
 * @throws {AppError} `INDEX_INVALID` naming upstream, package and every fault.
 */
export function parsePackageRecord(stanzaText: string, where: string): PackageRecord {
  return parse(stanzaText, where, true);
}

/** Reads a stanza of a dpkg status file, which has no Filename, Size or SHA256. Throws as {@link parsePackageRecord}. */
export function parseInstalledRecord(stanzaText: string, where: string): PackageRecord {
  return parse(stanzaText, where, false);
}

function parse(stanzaText: string, where: string, isArchive: boolean): PackageRecord {
  if (stanzaText.length > MAX_STANZA_CHARS) throw new AppError('INDEX_INVALID', `${where}: a stanza of ${stanzaText.length} characters`);
  const { fields, oddities } = readStanza(stanzaText);
  const get = (name: string) => fields.get(name) ?? '';
  const faults: string[] = [];
  const check = (field: string, isGood: boolean) => {
    if (!fields.has(field)) faults.push(`field ${field} is missing`);
    else if (!isGood) faults.push(`${field} "${oneLine(get(field))}" is not acceptable`);
  };
  const name = get('package').toLowerCase();
  const path = get('filename').replace(/^(?:\.?\/)+/, '');
  const [sha256, sha512] = [get('sha256').toLowerCase(), get('sha512').toLowerCase()];
  check('package', NAME.test(name));
  check('version', get('version').length <= MAX_VERSION_CHARS && parseDebVersion(get('version')) !== undefined);
  // dpkg installs no package that says it is for `any`.
  check('architecture', ARCH.test(get('architecture')) && get('architecture') !== 'any');
  if (isArchive) {
    check('filename', isSafePath(path) && !path.includes(NOT_UTF8));
    // apt: “Repository is broken: hello has no Size information”.
    check('size', isSize(get('size')));
    if (fields.has('sha256') || !fields.has('sha512')) check('sha256', isDigestHex('sha256', sha256));
    if (fields.has('sha512')) check('sha512', isDigestHex('sha512', sha512));
  }
  if (faults.length > 0) throw new AppError('INDEX_INVALID', `${where}: package ${oneLine(name) || '(unnamed)'}: ${faults.join('; ')}`);
  return {
    name,
    version: get('version'),
    arch: get('architecture'),
    multiArch: multiArchOf(get('multi-arch')),
    isEssential: isYes(fields.get('essential')),
    isProtected: isYes(fields.get('protected')) || isYes(fields.get('important')),
    priority: get('priority'),
    source: get('source').replace(/ .*$/, '') || name,
    path: isArchive ? path : '',
    sizeBytes: isArchive ? Number(get('size')) : 0,
    sha256: isArchive ? sha256 : '',
    sha512: isArchive ? sha512 : '',
    installedBytes: /^\d{1,12}$/.test(get('installed-size')) ? Number(get('installed-size')) * 1024 : 0,
    fields,
    oddities,
  };
}

/** As it can stand in a message. */
function oneLine(text: string): string {
  return text.slice(0, 120).replace(/\s+/g, ' ');
}

function isSize(text: string): boolean {
  return /^\d{1,14}$/.test(text) && Number(text) > 0 && Number(text) <= MAX_PACKAGE_BYTES;
}

function multiArchOf(value: string): MultiArch {
  return value === 'same' || value === 'foreign' || value === 'allowed' ? value : 'no';
}
