/** What a lock must fulfil to become a flat repository: every package fetched, and no two files of one name. */
import { AppError } from '../base/errors.ts';
import type { TreeFile } from '../base/tree-file.ts';
import type { LockedPackage } from '../lock/lock.ts';

/** A locked package as a file of the tree. */
export function storedFile(p: LockedPackage, filePath: string): TreeFile {
  return { path: p.file, sizeBytes: p.sizeBytes, sha256: p.sha256, content: { kind: 'file', filePath } };
}

/** @throws {AppError} `BUNDLE_MISSING` naming every package `sources`, keyed by sha256, does not have. */
export function assertComplete(packages: readonly LockedPackage[], sources: ReadonlyMap<string, unknown>): void {
  const missing = packages.filter((p) => !sources.has(p.sha256)).map((p) => `${p.name} ${p.version} (${p.upstream})`);
  if (missing.length === 0) return;
  throw new AppError('BUNDLE_MISSING', `not fetched yet:\n  ${missing.join('\n  ')}`, { hint: 'run fetch first', details: { missing } });
}

/**
 * A flat directory cannot hold two files of one name, nor two that differ in case only on some file systems.
 *
 * @throws {AppError} `PACKAGE_INVALID` naming every clash.
 */
export function assertFlatNames(packages: readonly LockedPackage[]): void {
  const seen = new Map<string, LockedPackage>();
  const clashes: string[] = [];
  for (const p of packages) {
    const twin = seen.get(p.file.toLowerCase());
    if (twin !== undefined) clashes.push(`${p.file} (${p.upstream}) and ${twin.file} (${twin.upstream})`);
    if (p.file.includes('/')) clashes.push(`${p.file} is not a plain file name`);
    seen.set(p.file.toLowerCase(), p);
  }
  if (clashes.length === 0) return;
  throw new AppError('PACKAGE_INVALID', `packages that cannot lie in one directory:\n  ${clashes.join('\n  ')}`, { details: { clashes } });
}
