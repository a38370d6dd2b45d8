/**
 * Turns the headers of an RPM into what repository metadata says of it, field by field as createrepo_c does
 * (https://github.com/rpm-software-management/createrepo_c): which dependencies are left out, which libc symbol stands for all, which
 * paths primary.xml lists.
 */
import { compareCodeUnits } from '../../base/compare.ts';
import type { Digest } from '../../base/digest.ts';
import { AppError } from '../../base/errors.ts';
import { rpmvercmp } from '../../version/rpmvercmp.ts';
import type { RpmHeaders } from './read-rpm.ts';
import type { RpmDependencies, RpmDependency, RpmDependencyKind, RpmFile, RpmFlags, RpmPackage } from './rpm-package.ts';
import { DEPENDENCY_TAGS, FILE_GHOST, SENSE, SIGNATURE_TAG, TAG } from './rpm-tags.ts';

/** What a header cannot say about its own file. */
export interface RpmFileFacts {
  readonly checksum: Digest;
  readonly sizeBytes: number;
  /** Modification time to publish, seconds since 1970. */
  readonly timeFileSec: number;
  /** Path below the base URL. */
  readonly location: string;
}

/** A package and every path it owns, in header order. `pkg.files` holds those that belong into primary.xml. */
export interface RpmPackageWithFiles {
  readonly pkg: RpmPackage;
  readonly files: readonly RpmFile[];
}

/** True for the paths that primary.xml lists: `/etc/…`, `/usr/lib/sendmail`, anything with `bin/`. */
export function isPrimaryPath(path: string): boolean {
  return path.startsWith('/etc/') || path.includes('bin/') || path === '/usr/lib/sendmail';
}

/**
 * The metadata of one RPM.
 *
 * @throws {AppError} `PACKAGE_INVALID` when a value of the header is out of bounds.
 */
export function packageFromHeaders(headers: RpmHeaders, facts: RpmFileFacts): RpmPackageWithFiles {
  const { header, signature } = headers;
  assertIdentity(headers);
  const files = headerFiles(headers);
  const isSource = header.has(TAG.sourcePackage) || !header.has(TAG.sourceRpm);
  const archiveSize =
    header.number(TAG.longArchiveSize) ??
    signature.number(SIGNATURE_TAG.longArchiveSize) ??
    header.number(TAG.archiveSize) ??
    signature.number(SIGNATURE_TAG.payloadSize);
  const pkg: RpmPackage = {
    name: header.string(TAG.name),
    epoch: String(header.number(TAG.epoch) ?? 0),
    version: header.string(TAG.version),
    release: header.string(TAG.release),
    arch: isSource ? 'src' : header.string(TAG.arch),
    checksum: facts.checksum,
    location: facts.location,
    locationBase: '',
    summary: header.string(TAG.summary),
    description: header.string(TAG.description),
    url: header.string(TAG.url),
    packager: header.string(TAG.packager),
    vendor: header.string(TAG.vendor),
    license: header.string(TAG.license),
    group: header.string(TAG.group),
    buildhost: header.string(TAG.buildHost),
    sourceRpm: header.string(TAG.sourceRpm),
    timeFile: facts.timeFileSec,
    timeBuild: header.number(TAG.buildTime) ?? 0,
    sizePackage: facts.sizeBytes,
    sizeInstalled: header.number(TAG.longSize) ?? header.number(TAG.size) ?? 0,
    sizeArchive: archiveSize ?? 0,
    headerStart: headers.headerStart,
    headerEnd: headers.headerEnd,
    files: files.filter((file) => isPrimaryPath(file.path)),
    ...headerDependencies(headers, files),
  };
  return { pkg, files };
}

function assertIdentity({ header, source }: RpmHeaders): void {
  const parts = [TAG.name, TAG.version, TAG.release, TAG.arch].map((tag) => header.string(tag));
  if (parts.every((part) => /^[^\s/\u0000-\u001f\u007f]+$/.test(part))) return;
  throw new AppError('PACKAGE_INVALID', `${source} has no sound name, version, release and architecture: ${parts.join(' ')}`);
}

function headerFiles({ header }: RpmHeaders): RpmFile[] {
  const baseNames = header.strings(TAG.baseNames);
  const dirNames = header.strings(TAG.dirNames);
  const dirIndexes = header.numbers(TAG.dirIndexes);
  const paths =
    baseNames.length > 0 ? baseNames.map((name, i) => (dirNames[dirIndexes[i] ?? 0] ?? '') + name) : header.strings(TAG.oldFileNames);
  const modes = header.numbers(TAG.fileModes);
  const flags = header.numbers(TAG.fileFlags);
  return paths.map((path, i) => {
    if (((modes[i] ?? 0) & 0o170000) === 0o040000) return { path, type: 'dir' };
    return { path, type: ((flags[i] ?? 0) & FILE_GHOST) === 0 ? 'file' : 'ghost' };
  });
}

function headerDependencies(headers: RpmHeaders, files: readonly RpmFile[]): RpmDependencies {
  const list = (kind: RpmDependencyKind) => dependencyList(headers, kind);
  const provides = list('provides');
  return {
    provides,
    requires: publishedRequires(list('requires'), provides, files),
    conflicts: list('conflicts'),
    obsoletes: list('obsoletes'),
    suggests: list('suggests'),
    enhances: list('enhances'),
    recommends: list('recommends'),
    supplements: list('supplements'),
  };
}

const FLAG_NAMES: Readonly<Record<number, RpmFlags>> = { 2: 'LT', 4: 'GT', 8: 'EQ', 10: 'LE', 12: 'GE' };
const PRE_BITS = SENSE.prereq | SENSE.pre | SENSE.post | SENSE.pretrans | SENSE.posttrans;

function dependencyList({ header }: RpmHeaders, kind: RpmDependencyKind): RpmDependency[] {
  const [nameTag, flagsTag, versionTag] = DEPENDENCY_TAGS[kind];
  const flags = header.numbers(flagsTag);
  const versions = header.strings(versionTag);
  return header.strings(nameTag).map((name, i) => {
    const bits = flags[i] ?? 0;
    const pre = kind === 'requires' && (bits & PRE_BITS) !== 0;
    const flagName = FLAG_NAMES[bits & (SENSE.less | SENSE.greater | SENSE.equal)] ?? '';
    const version = versions[i] ?? '';
    return flagName === '' || version === ''
      ? { name, flags: '', epoch: '', version: '', release: '', pre }
      : { name, flags: flagName, ...splitEvr(version), pre };
  });
}

/** As createrepo_c splits: the epoch is `0` when there is none, the release starts at the first hyphen. */
function splitEvr(text: string): { epoch: string; version: string; release: string } {
  const parts = /^(?:(\d*):)?([^-]*)(?:-(.*))?$/s.exec(text);
  return { epoch: parts?.[1] || '0', version: parts?.[2] ?? text, release: parts?.[3] ?? '' };
}

const keyOf = (dep: RpmDependency): string => [dep.name, dep.flags, dep.epoch, dep.version, dep.release].join('\u0000');

/** What createrepo_c leaves out: rpm's own features, what the package has itself, duplicates, and all but the newest libc symbol. */
export function publishedRequires(
  requires: readonly RpmDependency[],
  provides: readonly RpmDependency[],
  files: readonly RpmFile[],
): RpmDependency[] {
  const own = new Set(provides.map(keyOf));
  const ownPaths = new Set(files.map((file) => file.path).filter(isPrimaryPath));
  const last = new Map<string, RpmDependency>();
  const published: RpmDependency[] = [];
  let libc: RpmDependency | null = null;
  for (const dep of requires) {
    if (dep.name.startsWith('rpmlib(') || ownPaths.has(dep.name) || own.has(keyOf(dep))) continue;
    if (dep.name.startsWith('libc.so.6')) {
      libc = libc === null || isNewerLibc(dep.name, libc.name) ? dep : libc;
      continue;
    }
    const before = last.get(dep.name);
    if (before !== undefined && keyOf(before) === keyOf(dep) && before.pre === dep.pre) continue;
    last.set(dep.name, dep);
    published.push(dep);
  }
  return libc === null ? published : [...published, libc];
}

/** `libc.so.6(GLIBC_2.34)(64bit)` is newer than `libc.so.6(GLIBC_2.9)(64bit)` and than `libc.so.6()(64bit)`. */
function isNewerLibc(name: string, known: string): boolean {
  const a = libcVersion(name);
  const b = libcVersion(known);
  if (a === b) return false;
  if (a === null) return false;
  return b === null || rpmvercmp(a, b) > 0;
}

/** What stands from the first digit to the closing parenthesis; null when there is none. */
function libcVersion(name: string): string | null {
  const inside = /\(([^)]*)\)/.exec(name)?.[1] ?? '';
  return /\d.*$/.exec(inside)?.[0] ?? null;
}

/** Orders packages as metadata lists them: name, EVR as text, arch, location. */
export function compareRpmPackages(a: RpmPackage, b: RpmPackage): number {
  return (
    compareCodeUnits(a.name, b.name) ||
    compareCodeUnits(`${a.epoch}:${a.version}-${a.release}`, `${b.epoch}:${b.version}-${b.release}`) ||
    compareCodeUnits(a.arch, b.arch) ||
    compareCodeUnits(a.location, b.location)
  );
}
