import type { RpmPackage } from '../../src/rpm/package/rpm-package.ts';
import { type ByteSource, PrimaryCacheWriter } from '../../src/rpm/repodata/primary-cache.ts';

/** The kept form of packages at hand. */
export function formatPrimaryCache(packages: readonly RpmPackage[]): Buffer {
  const pieces: Uint8Array[] = [];
  const sink = {
    sizeBytes: 0,
    add(bytes: Uint8Array) {
      pieces.push(bytes);
      this.sizeBytes += bytes.length;
    },
  };
  const writer = new PrimaryCacheWriter(sink);
  for (const pkg of packages) writer.add(pkg);
  writer.finish();
  return Buffer.concat(pieces);
}

/** Bytes in memory, to be read like a file. */
export function sourceOf(bytes: Buffer): ByteSource {
  return { sizeBytes: bytes.length, read: (start, end) => bytes.subarray(start, end) };
}
