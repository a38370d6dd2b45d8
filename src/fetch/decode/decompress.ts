/**
 * Compressed indexes → bytes, bounded and checked to the last byte: gzip (RFC 1952, several members), xz (several streams), zstd (RFC 8878,
 * several frames) and bzip2. A truncated input is always an error; some libraries take it for a short file, so we look at the ends
 * ourselves.
 */
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { AppError, isAppError, messageOf } from '../../base/errors.ts';
import { indexTooLarge } from '../../base/index-too-large.ts';
import { decompressBzip2 } from './decompress-bzip2.ts';
import { decompressXz } from './decompress-xz.ts';
import { outputPiece, throughDecoder } from './through-decoder.ts';

export type Compression = 'none' | 'gz' | 'xz' | 'zst' | 'bz2';

/** Bounds and name of one decompression. */
export interface DecompressOptions {
  /** More output than this is `INDEX_TOO_LARGE`: the defence against bombs. */
  readonly maxBytes: number;
  /** Names the file in errors: a URL or path. */
  readonly label: string;
  /** What the size is said to be. It only saves memory; a wrong one does no harm. */
  readonly expectedBytes?: number | undefined;
}

/** Nothing we read shrinks to less than a fortieth; a larger expected size is not believed. */
const MAX_EXPECTED_RATIO = 40;

/** By the end of a file name: `.gz`, `.xz`, `.zst`, `.zstd`, `.bz2`; anything else is `none`. */
export function compressionOf(name: string): Compression {
  const suffix = /\.(gz|xz|zst|zstd|bz2)$/.exec(name)?.[1];
  if (suffix === undefined) return 'none';
  return suffix === 'zstd' ? 'zst' : (suffix as Compression);
}

const MAGIC: readonly (readonly [Compression, string])[] = [
  ['gz', '1f8b'],
  ['xz', 'fd377a585a00'],
  ['zst', '28b52ffd'],
  ['bz2', '425a68'],
];

/** By the first bytes of a file; what begins like none of the formats is `none`. */
export function compressionOfBytes(bytes: Uint8Array): Compression {
  const head = Buffer.from(bytes.subarray(0, 6)).toString('hex');
  return MAGIC.find(([, magic]) => head.startsWith(magic))?.[0] ?? 'none';
}

/**
 * The decompressed bytes in pieces, in order. Does not block the event loop for longer than one bzip2 block takes (about 0.1 s).
 *
 * @throws {AppError} `INDEX_INVALID` when damaged, truncated or not of this format (possibly after some pieces), `INDEX_TOO_LARGE`
 */
export async function* decompressStream(
  bytes: Uint8Array,
  compression: Compression,
  { maxBytes, label }: DecompressOptions,
): AsyncGenerator<Buffer, void, undefined> {
  let sizeBytes = 0;
  try {
    if (bytes.length === 0 && compression !== 'none') throw new Error('empty');
    for await (const piece of DECODERS[compression](bytes, maxBytes)) {
      sizeBytes += piece.length;
      if (sizeBytes > maxBytes) throw indexTooLarge(label, maxBytes);
      yield piece;
    }
  } catch (error) {
    if (isAppError(error)) throw error;
    throw new AppError('INDEX_INVALID', `${label} is damaged or not ${compression}: ${messageOf(error)}`, {
      cause: error,
      hint: 'the mirror serves a broken file: use another one, or try again when it is repaired',
    });
  }
}

/** As {@link decompressStream}, in one piece. `none` copies nothing. */
export async function decompress(bytes: Uint8Array, compression: Compression, options: DecompressOptions): Promise<Buffer> {
  const { maxBytes, expectedBytes = 0 } = options;
  const startBytes = compression === 'none' ? 0 : Math.min(expectedBytes, maxBytes, bytes.length * MAX_EXPECTED_RATIO);
  // Pieces are written into one buffer as they come: joining them at the end would take twice the memory, and filelists are some 100 MB.
  let whole: Buffer = Buffer.allocUnsafe(startBytes);
  let end = 0;
  for await (const piece of decompressStream(bytes, compression, options)) {
    if (end === 0 && piece.length > whole.length) whole = piece;
    else {
      if (end + piece.length > whole.length) whole = grown(whole, end, end + piece.length);
      piece.copy(whole, end);
    }
    end += piece.length;
  }
  return whole.subarray(0, end);
}

function grown(bytes: Buffer, usedBytes: number, neededBytes: number): Buffer {
  const larger = Buffer.allocUnsafe(Math.max(neededBytes, bytes.length * 2));
  bytes.copy(larger, 0, 0, usedBytes);
  return larger;
}

/** A decoder may use the limit to stop early; it is enforced by its caller. */
type Decoder = (bytes: Uint8Array, maxBytes: number) => AsyncIterable<Buffer>;

const DECODERS: Readonly<Record<Compression, Decoder>> = {
  none: async function* (bytes) {
    yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  },
  gz: (bytes) => throughDecoder(createGunzip({ chunkSize: outputPiece(bytes) }), bytes),
  zst: decompressZstd,
  xz: decompressXz,
  bz2: decompressBzip2,
};

/** Node's decoder stops after the first frame and reports nothing; so every frame gets a decoder of its own. */
async function* decompressZstd(bytes: Uint8Array): AsyncGenerator<Buffer> {
  let rest = bytes;
  while (rest.length > 0) {
    // A window of 128 MiB (2^27) is the largest that the `zstd` tool decodes without being told to.
    const decoder = createZstdDecompress({ chunkSize: outputPiece(rest), params: { [constants.ZSTD_d_windowLogMax]: 27 } });
    yield* throughDecoder(decoder, rest);
    if (decoder.bytesWritten === 0) throw new Error('no zstd frame');
    rest = rest.subarray(decoder.bytesWritten);
  }
}
