/** A package while its element of primary.xml is open: what is known of it so far, and whether that makes a package. */
import { type DigestAlgorithm, isDigestHex } from '../../base/digest.ts';
import type { RpmDependency, RpmDependencyKind, RpmFile, RpmPackage } from '../package/rpm-package.ts';

const NONE: readonly never[] = Object.freeze([]);
const NEVER_IN_IDENTITY = /[\s/\\<>"\u0000-\u001f\u007f]/;
const PROVING = 'sha256, sha512, sha384, sha224 or sha';

/** The fields of a package as they come; texts are `''` and numbers 0 until then. */
export interface PackageDraft {
  name: string;
  arch: string;
  epoch: string;
  version: string;
  release: string;
  algorithm: DigestAlgorithm | null;
  hex: string;
  location: string;
  locationBase: string;
  summary: string;
  description: string;
  url: string;
  packager: string;
  vendor: string;
  license: string;
  group: string;
  buildhost: string;
  sourceRpm: string;
  timeFile: number;
  timeBuild: number;
  sizePackage: number;
  sizeInstalled: number;
  sizeArchive: number;
  headerStart: number;
  headerEnd: number;
  files: RpmFile[];
  lists: Record<RpmDependencyKind, readonly RpmDependency[]>;
}

/** Nothing is known yet. */
export function newDraft(): PackageDraft {
  return {
    ...{ name: '', arch: '', epoch: '', version: '', release: '', algorithm: null, hex: '', location: '', locationBase: '' },
    ...{ summary: '', description: '', url: '', packager: '', vendor: '', license: '', group: '', buildhost: '', sourceRpm: '' },
    ...{ timeFile: 0, timeBuild: 0, sizePackage: 0, sizeInstalled: 0, sizeArchive: 0, headerStart: 0, headerEnd: 0, files: [] },
    lists: {
      ...{ provides: NONE, requires: NONE, conflicts: NONE, obsoletes: NONE },
      ...{ suggests: NONE, enhances: NONE, recommends: NONE, supplements: NONE },
    },
  };
}

/**
 * The package, or a sentence that says why it is none. As libsolv has it, an absent arch is `noarch`, an absent epoch 0, and every package
 * provides itself, also where that list was lost. A package without version or release can be told from no other, and one without a
 * digest from no forgery: dnf shows both, and we leave them out.
 */
export function finishDraft(draft: PackageDraft, itself: RpmDependency): RpmPackage | string {
  const fault = identityFault(draft);
  if (fault !== null) return fault;
  const { algorithm, hex, lists, files, ...rest } = draft;
  if (algorithm === null || !isDigestHex(algorithm, hex)) {
    return `it has no digest that proves anything (${PROVING}); dnf would take one with md5`;
  }
  const isKnown = isSource(draft.arch) || lists.provides.some((one) => isSame(one, itself));
  const provides = isKnown ? lists.provides : [...lists.provides, itself];
  return { ...rest, ...lists, provides, checksum: { algorithm, hex }, files: files.length === 0 ? NONE : files };
}

function identityFault({ name, epoch, version, release, arch, location }: PackageDraft): string | null {
  if (name === '') return 'it has no name';
  if (version === '' || release === '') return 'it has no version or no release';
  if (location === '') return 'it has no location';
  if (NEVER_IN_IDENTITY.test(`${name}${arch}${version}${release}`)) return 'its name, version, release or arch holds what none has';
  if (version.includes('-') || release.includes('-')) return 'its version or release holds a hyphen';
  return /^(?:0|[1-9]\d{0,9})$/.test(epoch) ? null : `its epoch is "${epoch}"`;
}

function isSource(arch: string): boolean {
  return arch === 'src' || arch === 'nosrc';
}

function isSame(one: RpmDependency, itself: RpmDependency): boolean {
  const { name, flags, epoch, version, release } = itself;
  return (
    one.name === name &&
    one.flags === flags &&
    one.version === version &&
    one.release === release &&
    (one.epoch === '' ? '0' : one.epoch) === epoch
  );
}
