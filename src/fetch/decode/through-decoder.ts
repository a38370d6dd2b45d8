/** Feeds bytes in memory to a decoding stream piece by piece, so that one that yields too much is noticed early. */
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const INPUT_PIECE = 256 * 1024;

const MAX_OUTPUT_PIECE = 512 * 1024;

/**
 * Size of the buffer a decoder of `bytes` writes into: large for an index, small for the control half of a package, of which there are
 * thousands.
 */
export function outputPiece(bytes: Uint8Array): number {
  return Math.min(MAX_OUTPUT_PIECE, 16 * 1024 + 8 * bytes.length);
}

/** Views of `bytes`, 256 KiB each, in order. */
function* inPieces(bytes: Uint8Array): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += INPUT_PIECE) {
    const piece = bytes.subarray(at, at + INPUT_PIECE);
    yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
  }
}

/** What `decoder` makes of `bytes`, in pieces; throws its error. Leaving the loop early destroys it. */
export async function* throughDecoder(decoder: Transform, bytes: Uint8Array): AsyncGenerator<Buffer> {
  let failure: unknown;
  const fed = pipeline(Readable.from(inPieces(bytes)), decoder).catch((error: unknown) => {
    failure = error;
  });
  try {
    for await (const piece of decoder) yield piece as Buffer;
  } finally {
    decoder.destroy();
  }
  await fed;
  if (failure !== undefined) throw failure;
}
