/**
 * Every path and name in a bundle, once. FORMAT.md of `pack` says what each is for.
 * Knows nothing of files on disk.
 */
import { compareCodeUnits } from '../../base/compare.ts';
import { MARKER_NAME } from '../../base/repo-marker.ts';
import type { Target } from '../../base/target.ts';
import { formatTarget } from '../../base/target.ts';

/** The directory inside the tarball that becomes the repository. */
export const REPO_DIR = 'pigsty';
export const INDEX_PATH = `${REPO_DIR}/bundle.json`;
export const SIGNATURE_PATH = `${REPO_DIR}/bundle.json.asc`;
export const INSTALLER_PATH = `${REPO_DIR}/pigsty-install`;
/** The lock the bundle was made from. */
export const LOCK_PATH = `${REPO_DIR}/bundle.lock`;
export const MARKER_PATH = `${REPO_DIR}/${MARKER_NAME}`;
export const ASSETS_DIR = `${REPO_DIR}/assets`;
/** The key that signed `repomd.xml`, in a signed repository of RPMs. */
export const RPM_KEY_PATH = `${REPO_DIR}/pigsty.asc`;
/** deb822 source for apt, beside the repository directory. */
const SOURCES_PATH = 'pigsty.sources';
/** Repository file for dnf, beside the repository directory. */
const REPO_FILE_PATH = 'pigsty.repo';
/** Files that live beside the repository directory, not in it. */
export const BESIDE_REPO: readonly string[] = [SOURCES_PATH, REPO_FILE_PATH];

const PACKAGE_NAME = /^pigsty\/[^/]+\.(?:deb|rpm)$/;
const METADATA_NAMES: readonly string[] = ['Packages', 'Packages.gz', 'Release', 'Release.gpg', 'InRelease'].map((n) => `${REPO_DIR}/${n}`);

/** True for a package file of either family. Packages are stored, not deflated, and they are what the marker lists. */
export function isPackagePath(path: string): boolean {
  return PACKAGE_NAME.test(path);
}

/** Permission bits of a file in a bundle: 0755 for the installer, 0644 for all else. */
export function modeOf(path: string): 0o755 | 0o644 {
  return path === INSTALLER_PATH ? 0o755 : 0o644;
}

function rankOf(path: string): number {
  if (path === INDEX_PATH) return 0;
  if (path === SIGNATURE_PATH) return 1;
  if (path === INSTALLER_PATH) return 2;
  if (BESIDE_REPO.includes(path) || path === LOCK_PATH) return 3;
  if (METADATA_NAMES.includes(path) || path.startsWith(`${REPO_DIR}/repodata/`)) return 4;
  if (path.startsWith(`${ASSETS_DIR}/`)) return 5;
  if (isPackagePath(path)) return 6;
  return path === MARKER_PATH ? 8 : 7;
}

/**
 * The order of entries in the tarball: index, signature, installer, lock, source file, metadata, assets, packages, the rest, marker. Within
 * one rank by path.
 */
export function compareEntryPaths(a: string, b: string): number {
  return rankOf(a) - rankOf(b) || compareCodeUnits(a, b);
}

/** `pigsty-pkg-0.1.0.d12.x86_64.tgz`, the name Pigsty gives its own offline packages. */
export function bundleFileName(target: Target, version: string): string {
  return `${REPO_DIR}-pkg-${version}.${formatTarget(target)}.tgz`;
}
