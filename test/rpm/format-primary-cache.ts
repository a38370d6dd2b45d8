import type { RpmPackage } from '../../src/rpm/package/rpm-package.ts';
import { PrimaryCacheWriter } from '../../src/rpm/repodata/primary-cache.ts';

/** The kept form of packages at hand. */
export function formatPrimaryCache(packages: readonly RpmPackage[]): Buffer {
  const writer = new PrimaryCacheWriter();
  for (const pkg of packages) writer.add(pkg);
  return writer.bytes();
}
