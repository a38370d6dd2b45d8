/**
 * RPM packages as values: what primary metadata and package headers say, in rpm's own words. Specs: createrepo_c's primary schema
 * (https://github.com/rpm-software-management/createrepo_c) and rpm's header tags (https://rpm.org/docs/latest/manual/tags.html).
 * Changelogs are left out: nothing we do reads them.
 */
import type { Digest } from '../../base/digest.ts';
import { formatEvr } from '../../version/evr.ts';

/** How a capability's version is compared; `''` when it has none. */
export type RpmFlags = '' | 'EQ' | 'LT' | 'LE' | 'GT' | 'GE';

/**
 * One capability as it stands in Requires, Provides and so on. Equal capabilities of one parse are nearly always the same object, so
 * that 20,000 packages fit in memory. That saves space and is no promise: compare by value, and never change one.
 */
export interface RpmDependency {
  /** A name, a path that starts with `/`, or a whole rich dependency that starts with `(`: `(a if b)`. */
  readonly name: string;
  readonly flags: RpmFlags;
  /** Decimal digits, or `''` when the metadata says none, which rpm reads as 0. */
  readonly epoch: string;
  /** `''` exactly when `flags` is `''`. */
  readonly version: string;
  /** `''` when the capability has no release: then any release matches. */
  readonly release: string;
  /** True for Requires(pre) and Requires(post): must be installed before the package is. */
  readonly pre: boolean;
}

/** The kinds of dependency lists, in the order primary metadata writes them. */
export const RPM_DEPENDENCY_KINDS = [
  'provides',
  'requires',
  'conflicts',
  'obsoletes',
  'suggests',
  'enhances',
  'recommends',
  'supplements',
] as const;
export type RpmDependencyKind = (typeof RPM_DEPENDENCY_KINDS)[number];

/** The eight lists. Order as in the metadata; duplicates kept as found. */
export type RpmDependencies = { readonly [kind in RpmDependencyKind]: readonly RpmDependency[] };

/** `ghost` is a path the package owns but does not ship. */
export type RpmFileType = 'file' | 'dir' | 'ghost';

/** One path of a package: absolute, and as the packager wrote it (`//` and `/./` are kept). */
export interface RpmFile {
  readonly path: string;
  readonly type: RpmFileType;
}

/** A package of one upstream, or of one file on disk. Texts are `''` and numbers 0 when the metadata has none. */
export interface RpmPackage extends RpmDependencies {
  readonly name: string;
  /** Decimal digits, `'0'` when the package has none. A string, since rpm's epochs are unsigned 32-bit and compared as text elsewhere. */
  readonly epoch: string;
  readonly version: string;
  readonly release: string;
  /** `x86_64`, `noarch`, `i686`… and `src` for source packages. */
  readonly arch: string;
  /** Digest of the whole .rpm file. Its hex is the `pkgid` that ties primary, filelists and other together. */
  readonly checksum: Digest;
  /** Path below the upstream's base URL, checked: relative, no `..`, no control characters, not percent-decoded. */
  readonly location: string;
  /** An absolute URL that replaces the upstream's base URL for this package (`xml:base`), or `''`. */
  readonly locationBase: string;
  readonly summary: string;
  readonly description: string;
  readonly url: string;
  readonly packager: string;
  readonly vendor: string;
  readonly license: string;
  readonly group: string;
  readonly buildhost: string;
  /** File name of the source package: `nginx-1.20.1-14.el9.src.rpm`. */
  readonly sourceRpm: string;
  /** Modification time of the .rpm file on the upstream's disk, seconds since 1970. */
  readonly timeFile: number;
  /** Seconds since 1970. */
  readonly timeBuild: number;
  /** Size of the .rpm file in bytes. */
  readonly sizePackage: number;
  /** Bytes of the installed files. */
  readonly sizeInstalled: number;
  /** Bytes of the uncompressed payload. */
  readonly sizeArchive: number;
  /** Byte offsets of the main header in the .rpm file: first byte, and first byte after it. Both 0 when unknown. */
  readonly headerStart: number;
  readonly headerEnd: number;
  /** The paths primary lists: `/etc/…`, anything with `bin/` in it, `/usr/lib/sendmail`. All others are in filelists. */
  readonly files: readonly RpmFile[];
}

/** `nginx-1:1.20.1-14.el9.x86_64`, as dnf prints it. */
export function formatNevra(pkg: Pick<RpmPackage, 'name' | 'epoch' | 'version' | 'release' | 'arch'>): string {
  return `${pkg.name}-${formatEvr(pkg)}.${pkg.arch}`;
}

const FLAG_SIGNS: Readonly<Record<RpmFlags, string>> = { '': '', EQ: '=', LT: '<', LE: '<=', GT: '>', GE: '>=' };

/** `libssl.so.3()(64bit)`, `glibc >= 2.34`, `(a if b)`: as rpm and dnf print a capability. */
export function formatRpmDependency(dependency: RpmDependency): string {
  if (dependency.flags === '') return dependency.name;
  return `${dependency.name} ${FLAG_SIGNS[dependency.flags]} ${formatEvr(dependency)}`;
}
