/** Numbers of the header tags and flags we read. Spec: https://rpm.org/docs/latest/manual/tags.html and rpm's `include/rpm/rpmtag.h`. */
import type { RpmDependencyKind } from './rpm-package.ts';

/** Tags of the main header. */
export const TAG = {
  immutableRegion: 63,
  longArchiveSize: 271,
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  summary: 1004,
  description: 1005,
  buildTime: 1006,
  buildHost: 1007,
  size: 1009,
  vendor: 1011,
  license: 1014,
  packager: 1015,
  group: 1016,
  url: 1020,
  arch: 1022,
  oldFileNames: 1027,
  fileModes: 1030,
  fileDigests: 1035,
  fileLinkTargets: 1036,
  fileFlags: 1037,
  fileUsers: 1039,
  fileGroups: 1040,
  sourceRpm: 1044,
  archiveSize: 1046,
  sourcePackage: 1106,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
  longSize: 5009,
  payloadDigest: 5092,
  payloadDigestAlgorithm: 5093,
  modularityLabel: 5096,
  payloadDigestAlt: 5097,
} as const;

/** Tags of the signature header. */
export const SIGNATURE_TAG = {
  dsaHeader: 267,
  rsaHeader: 268,
  sha1Header: 269,
  longSize: 270,
  longArchiveSize: 271,
  sha256Header: 273,
  openpgp: 278,
  size: 1000,
  pgp: 1002,
  md5: 1004,
  gpg: 1005,
  payloadSize: 1007,
} as const;

/** Name, flags and version tags of each kind of dependency. */
export const DEPENDENCY_TAGS: { readonly [kind in RpmDependencyKind]: readonly [name: number, flags: number, version: number] } = {
  provides: [1047, 1112, 1113],
  requires: [1049, 1048, 1050],
  conflicts: [1054, 1053, 1055],
  obsoletes: [1090, 1114, 1115],
  recommends: [5046, 5048, 5047],
  suggests: [5049, 5051, 5050],
  supplements: [5052, 5054, 5053],
  enhances: [5055, 5057, 5056],
};

/** Bits of a dependency's flags. */
export const SENSE = {
  less: 2,
  greater: 4,
  equal: 8,
  prereq: 1 << 6,
  pretrans: 1 << 7,
  posttrans: 1 << 5,
  pre: 1 << 9,
  post: 1 << 10,
} as const;

/** Bit of a file's flags: owned but not shipped. */
export const FILE_GHOST = 1 << 6;
