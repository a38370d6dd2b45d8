/**
 * The result of the pass over a Packages file as bytes, so that the next run can skip the pass. The caller keeps it under the digest of the
 * uncompressed file; integrity is the caller's, this only refuses what cannot belong to the file. Little-endian words, then the flags.
 */
import type { PackagesScan } from './scan-packages.ts';

/** Part of the key under which a caller keeps a scan: change it when the format or what a scan holds changes. */
export const SCAN_CACHE_VERSION = 2;

const MAGIC = 0x50_53_43_31;
const HEADER_WORDS = 5;

/** Writes a scan of a file of `indexBytes` bytes. */
export function formatScan(scan: PackagesScan, indexBytes: number): Uint8Array {
  const { starts, ends, names, provides, flags } = scan;
  const header = Uint32Array.of(MAGIC, indexBytes, starts.length, names.length, provides.length);
  return Buffer.concat([header, starts, ends, names, provides, flags].map(bytesOf));
}

/** Reads what {@link formatScan} wrote; null when it is not a scan of a file of `indexBytes` bytes. */
export function parseScan(bytes: Uint8Array, indexBytes: number): PackagesScan | null {
  if (bytes.length < HEADER_WORDS * 4) return null;
  // A copy, so that the words are aligned.
  const memory = Uint8Array.from(bytes).buffer;
  const [magic, length, count = 0, namesLength = 0, providesLength = 0] = new Uint32Array(memory, 0, HEADER_WORDS);
  const wordCount = HEADER_WORDS + count * 2 + namesLength + providesLength;
  if (magic !== MAGIC || length !== indexBytes || namesLength !== count * 2 || bytes.length !== wordCount * 4 + count) return null;
  let at = HEADER_WORDS * 4;
  const take = (words: number) => {
    const part = new Uint32Array(memory, at, words);
    at += words * 4;
    return part;
  };
  const starts = take(count);
  const ends = take(count);
  const names = take(namesLength);
  const provides = take(providesLength);
  if ((ends.at(-1) ?? 0) > indexBytes) return null;
  return { starts, ends, names, provides, flags: new Uint8Array(memory, at, count) };
}

function bytesOf(part: Uint32Array | Uint8Array): Uint8Array {
  return new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
}
