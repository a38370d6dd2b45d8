/**
 * Which versions of pigsty-install understand what a bundle asks of them. The schema says how the index is written; this says what its
 * components and assets expect. An installer kept from an earlier visit is refused by name instead of failing halfway.
 */
import { satisfies, validRange } from 'semver';
import { AppError } from '../../base/errors.ts';
import type { BundleIndex } from './bundle-index.ts';

/** What the bundles this program writes ask for (https://semver.org). Raise it when an older installer could not place what is in them. */
export const INSTALLER_RANGE = '>=0.1.0';

/**
 * Refuses a bundle that needs another installer than `version`.
 *
 * @throws {AppError} `BUNDLE_TOO_NEW`, `BUNDLE_INVALID` for something that is no range.
 */
export function assertInstallableBy(index: Pick<BundleIndex, 'needs'>, version: string, source: string): void {
  if (validRange(index.needs) === null)
    throw new AppError('BUNDLE_INVALID', `${source} asks for pigsty-install "${index.needs}", which is no version range`);
  if (satisfies(version, index.needs, { includePrerelease: true })) return;
  throw new AppError('BUNDLE_TOO_NEW', `${source} needs pigsty-install ${index.needs}; this is ${version}`, {
    hint: 'use the one that came with the bundle: tar -xzf BUNDLE pigsty/pigsty-install',
  });
}
