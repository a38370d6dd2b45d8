/** Digest of a file's bytes, read once in large pieces. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';

const PIECE_BYTES = 1024 * 1024;

/** Feeds the bytes of the file at `path` to every hash and returns how many there were. File-system errors pass through. */
export async function feedFile(path: string, hashes: readonly Hash[]): Promise<number> {
  let sizeBytes = 0;
  for await (const piece of createReadStream(path, { highWaterMark: PIECE_BYTES })) {
    const bytes = piece as Buffer;
    for (const hash of hashes) hash.update(bytes);
    sizeBytes += bytes.length;
  }
  return sizeBytes;
}

/** SHA-256 (hex) and size of the file at `path`. */
export async function hashFile(path: string): Promise<{ readonly sha256: string; readonly sizeBytes: number }> {
  const hash = createHash('sha256');
  const sizeBytes = await feedFile(path, [hash]);
  return { sha256: hash.digest('hex'), sizeBytes };
}
