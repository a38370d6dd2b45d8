/**
 * Large derived files (see `derived-cache.ts`) that are read in parts: the content, then the digests of its blocks, then a footer. And the
 * digests of the blocks of a blob, for blobs that are read in parts. As all that is derived they are kept only of what was verified.
 */
import { closeSync, fstatSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { withWriteErrors } from '../files/write-error.ts';
import { BlockDigests, BlockFile } from './block-file.ts';
import { derivedPath, readDerived, writeDerived } from './derived-cache.ts';
import type { Store } from './store.ts';
import { storeTarget } from './store-target.ts';

const FOOTER_BYTES = 24;
const MAGIC = 0x50_42_42_31; // "PBB1"
const MAX_DIGESTS_BYTES = 64 << 20;
const BLOB_KIND = 'blob-blocks';
const WRITE_BYTES = 1 << 20;

/** Takes the content of a derived file piece by piece, so that it need not be in memory. */
export class DerivedBlocksWriter {
  readonly #digests = new BlockDigests();
  readonly #handle: number;
  readonly #buffer = Buffer.allocUnsafe(WRITE_BYTES);
  #used = 0;
  #sizeBytes = 0;

  /** `handle` is of an empty file. */
  constructor(handle: number) {
    this.#handle = handle;
  }

  /** Bytes taken so far. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  add(bytes: Uint8Array): void {
    this.#digests.add(bytes);
    this.#sizeBytes += bytes.length;
    this.#write(bytes);
  }

  /** Writes digests and footer. */
  finish(): void {
    const digests = this.#digests.finish();
    this.#write(digests);
    this.#write(footerOf(this.#sizeBytes, digests));
    this.#flush();
  }

  #write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + WRITE_BYTES - this.#used);
      this.#buffer.set(piece, this.#used);
      this.#used += piece.length;
      at += piece.length;
      if (this.#used === WRITE_BYTES) this.#flush();
    }
  }

  #flush(): void {
    for (let at = 0; at < this.#used; ) at += writeSync(this.#handle, this.#buffer, at, this.#used - at);
    this.#used = 0;
  }
}

/**
 * Keeps what `fill` adds as the derived file of `kind` and `key`, and opens it. When `fill` throws, nothing is left behind.
 *
 * @throws {AppError} `STORE_UNWRITABLE`, `DISK_FULL`, and what `fill` throws.
 */
export async function writeDerivedBlocks(
  store: Store,
  kind: string,
  key: string,
  fill: (writer: DerivedBlocksWriter) => Promise<void>,
): Promise<BlockFile> {
  const temporary = store.temporaryPath('write');
  return withWriteErrors(storeTarget(temporary, null), async () => {
    try {
      await fillFile(temporary, fill);
      const path = derivedPath(store, kind, key);
      await store.moveIntoPlace(temporary, path);
      const made = openWithFooter(path);
      if (made === undefined) throw new Error(`${path} cannot be read back`);
      return made;
    } finally {
      rmSync(temporary, { force: true });
    }
  });
}

async function fillFile(path: string, fill: (writer: DerivedBlocksWriter) => Promise<void>): Promise<void> {
  const handle = openSync(path, 'w');
  try {
    const writer = new DerivedBlocksWriter(handle);
    await fill(writer);
    writer.finish();
  } finally {
    closeSync(handle);
  }
}

/** What {@link writeDerivedBlocks} kept; undefined when there is nothing, or a part only. */
export function openDerivedBlocks(store: Store, kind: string, key: string): BlockFile | undefined {
  return openWithFooter(derivedPath(store, kind, key));
}

function openWithFooter(path: string): BlockFile | undefined {
  const end = readEnd(path);
  return end === undefined ? undefined : BlockFile.open(path, end.sizeBytes, end.digests);
}

/** Keeps the digests of the blocks of a blob, whose bytes the caller has verified. @throws {AppError} `STORE_UNWRITABLE`, `DISK_FULL` */
export async function keepBlobBlocks(store: Store, sha256: string, bytes: Uint8Array): Promise<void> {
  const digests = new BlockDigests();
  digests.add(bytes);
  await writeDerived(store, BLOB_KIND, sha256, digests.finish());
}

/** The blob, to be read in parts; undefined when it or the digests of its blocks are not there. */
export async function openBlobBlocks(store: Store, sha256: string): Promise<BlockFile | undefined> {
  const blob = await store.find(sha256);
  const digests = blob === undefined ? undefined : await readDerived(store, BLOB_KIND, sha256);
  return blob === undefined || digests === undefined ? undefined : BlockFile.open(blob.path, blob.sizeBytes, digests);
}

function footerOf(sizeBytes: number, digests: Uint8Array): Buffer {
  const footer = Buffer.alloc(FOOTER_BYTES);
  footer.writeUInt32BE(MAGIC, 0);
  footer.writeUInt32BE(crc32(digests), 4);
  footer.writeBigUInt64BE(BigInt(sizeBytes), 8);
  footer.writeBigUInt64BE(BigInt(digests.length), 16);
  return footer;
}

/** The digests and what they are of, as the end of the file has them; undefined for anything that is not whole. */
function readEnd(path: string): { readonly sizeBytes: number; readonly digests: Buffer } | undefined {
  let handle: number | undefined;
  try {
    handle = openSync(path, 'r');
    const { size } = fstatSync(handle);
    const footer = readAt(handle, size - FOOTER_BYTES, FOOTER_BYTES);
    const [sizeBytes, length] = [Number(footer.readBigUInt64BE(8)), Number(footer.readBigUInt64BE(16))];
    if (footer.readUInt32BE(0) !== MAGIC || length > MAX_DIGESTS_BYTES || sizeBytes + length + FOOTER_BYTES !== size) return undefined;
    const digests = readAt(handle, sizeBytes, length);
    return crc32(digests) === footer.readUInt32BE(4) ? { sizeBytes, digests } : undefined;
  } catch {
    return undefined;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function readAt(handle: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  if (position < 0 || readSync(handle, bytes, 0, length, position) !== length) throw new Error('shorter than it says');
  return bytes;
}
