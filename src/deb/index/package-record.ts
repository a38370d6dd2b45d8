/**
 * One stanza of a Packages or dpkg status file as a checked value (deb-control(5), https://wiki.debian.org/DebianRepository/Format).
 * Relationship fields stay text here: they are parsed when the solver reaches the package.
 */
import { isDigestHex } from '../../base/digest.ts';
import { AppError } from '../../base/errors.ts';
import { parseDebVersion } from '../../version/debvercmp.ts';
import { isYes, parseStanza, type Stanza } from '../package/deb822.ts';
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
  readonly sizeBytes: number;
  /** Lower-case hex. Empty for an installed package. */
  readonly sha256: string;
  readonly installedBytes: number;
  /** All fields, also those named above. */
  readonly fields: Stanza;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9+._~-]{0,199}$/;
const ARCH = /^[a-z0-9][a-z0-9-]{0,39}$/;
const MAX_VERSION_CHARS = 300;
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
  const fields = parseStanza(stanzaText, where);
  const get = (name: string) => fields.get(name) ?? '';
  const faults: string[] = [];
  const check = (field: string, isGood: boolean) => {
    if (!fields.has(field)) faults.push(`field ${field} is missing`);
    else if (!isGood) faults.push(`${field} "${get(field).slice(0, 120)}" is not acceptable`);
  };
  const name = get('package');
  const path = get('filename').replace(/^(?:\.\/)+/, '');
  const sha256 = get('sha256').toLowerCase();
  check('package', NAME.test(name));
  check('version', get('version').length <= MAX_VERSION_CHARS && parseDebVersion(get('version')) !== undefined);
  check('architecture', ARCH.test(get('architecture')));
  if (isArchive) {
    check('filename', isSafePath(path));
    check('size', isSize(get('size')));
    check('sha256', isDigestHex('sha256', sha256));
  }
  if (faults.length > 0) throw new AppError('INDEX_INVALID', `${where}: package ${name || '(unnamed)'}: ${faults.join('; ')}`);
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
    installedBytes: /^\d{1,12}$/.test(get('installed-size')) ? Number(get('installed-size')) * 1024 : 0,
    fields,
  };
}

function isSize(text: string): boolean {
  return /^\d{1,14}$/.test(text) && Number(text) > 0 && Number(text) <= MAX_PACKAGE_BYTES;
}

function multiArchOf(value: string): MultiArch {
  return value === 'same' || value === 'foreign' || value === 'allowed' ? value : 'no';
}
