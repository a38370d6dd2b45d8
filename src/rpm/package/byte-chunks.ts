/** Where the parsers of this folder take bytes from: a buffer, or decompressed chunks as they arrive. */

/** Bytes in order. Chunk borders mean nothing. */
export type ByteChunks = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

const PIECE_BYTES = 1 << 16;

/** A buffer in pieces of 64 KiB without copying, so that a parser can check its bounds between them. */
function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += PIECE_BYTES) yield bytes.subarray(offset, offset + PIECE_BYTES);
}

/**
 * Hands `source` to `take` in pieces of at most 64 KiB, in order. Stops early, and closes the source, once `take` returns `false`.
 * What `take` or the source throws goes to the caller.
 */
export async function drain(source: ByteChunks, take: (piece: Uint8Array) => boolean): Promise<void> {
  if (source instanceof Uint8Array || Symbol.iterator in source) {
    const chunks = source instanceof Uint8Array ? [source] : source;
    for (const chunk of chunks) for (const piece of pieces(chunk)) if (!take(piece)) return;
    return;
  }
  for await (const chunk of source) for (const piece of pieces(chunk)) if (!take(piece)) return;
}
