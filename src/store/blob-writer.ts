/**
 * One blob on its way into the store: bytes are hashed as they arrive and written to `partial/` in large pieces. The writer can go on where
 * a killed process stopped; that prefix is copied to a name of our own and hashed again first, so no two processes ever write one file.
 */
import { createHash, type Hash } from 'node:crypto';
import { constants, writeFileSync } from 'node:fs';
import { copyFile, type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest, DigestAlgorithm } from '../base/digest.ts';
import { feedFile } from '../files/hash-file.ts';
import { isRunning } from '../files/partial-file.ts';
import { withWriteErrors } from '../files/write-error.ts';
import type { Store, StoredBlob } from './store.ts';
import { storeTarget } from './store-target.ts';

const FLUSH_BYTES = 1024 * 1024;
/** A file of this size is in memory until it is whole. */
const SMALL_BYTES = 128 * 1024;
/** Ends the name of a partial download that its process gave up in good order. */
const KEPT = '.kept';

/** See the head of the file. Methods throw `DISK_FULL` or `STORE_UNWRITABLE` when the disk refuses. One caller at a time. */
export class BlobWriter {
  /** Bytes taken so far, an adopted prefix included. */
  sizeBytes = 0;
  readonly #store: Store;
  readonly #path: string;
  readonly #keptPath: string;
  readonly #algorithm: DigestAlgorithm;
  readonly #expectedBytes: number | null;
  #sha256: Hash = createHash('sha256');
  #other: Hash | undefined;
  #handle: FileHandle | undefined;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;

  /** @param key names the content wanted, the same for every process: what `adopt` looks for */
  constructor(store: Store, key: string, algorithm: DigestAlgorithm, expectedBytes: number | null) {
    this.#store = store;
    this.#path = store.temporaryPath(key);
    this.#keptPath = join(store.dir, 'partial', `${key}${KEPT}`);
    this.#algorithm = algorithm;
    this.#expectedBytes = expectedBytes;
    this.#resetHashes();
  }

  /** Continues the file another, dead, process left at `orphan`, and removes it. An unusable one is only removed. */
  async adopt(orphan: string): Promise<void> {
    try {
      const { size } = await stat(orphan);
      if (size === 0 || (this.#expectedBytes !== null && size > this.#expectedBytes)) return;
      await copyFile(orphan, this.#path, constants.COPYFILE_FICLONE);
      this.sizeBytes = await feedFile(this.#path, this.#hashes());
      this.#handle = await open(this.#path, 'a');
    } catch {
      await this.reset();
    } finally {
      await rm(orphan, { force: true }).catch(() => undefined);
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (const hash of this.#hashes()) hash.update(bytes);
    this.sizeBytes += bytes.length;
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes >= FLUSH_BYTES) await this.#flush();
  }

  /** The digest of what was taken, by the algorithm given to the constructor; hex. */
  digest(): Digest {
    return { algorithm: this.#algorithm, hex: (this.#other ?? this.#sha256).copy().digest('hex') };
  }

  /** Forgets all bytes: the next `write` is the first. */
  async reset(): Promise<void> {
    this.#pending = [];
    this.#pendingBytes = 0;
    this.sizeBytes = 0;
    this.#resetHashes();
    await this.#guard(async () => this.#handle?.truncate(0));
  }

  /** Makes what was taken a blob of the store. The caller has compared the digest. */
  async commit(): Promise<StoredBlob> {
    if (this.#handle === undefined && this.sizeBytes === this.#pendingBytes && this.sizeBytes <= SMALL_BYTES) await this.#writeSmall();
    else await this.#flush();
    await this.#close();
    return this.#store.adopt(this.#path, this.#sha256.digest('hex'), this.sizeBytes);
  }

  /** Stops, keeping what came so far for a later `adopt`. */
  async keep(): Promise<void> {
    await this.#flush().catch(() => undefined);
    await this.#close();
    await rename(this.#path, this.#keptPath).catch(() => undefined);
  }

  /** Stops and removes the file. */
  async discard(): Promise<void> {
    await this.#close();
    await rm(this.#path, { force: true }).catch(() => undefined);
  }

  /** At once: handing a few kilobytes to another thread and back, three times over, takes longer than writing them. */
  async #writeSmall(): Promise<void> {
    const pieces = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    await this.#guard(async () =>
      writeFileSync(this.#path, pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces)),
    );
  }

  async #flush(): Promise<void> {
    const pieces = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    await this.#guard(async () => {
      this.#handle ??= await open(this.#path, 'a');
      if (pieces.length > 0) await writeFully(this.#handle, pieces);
    });
  }

  async #close(): Promise<void> {
    await this.#handle?.close().catch(() => undefined);
    this.#handle = undefined;
  }

  #hashes(): Hash[] {
    return this.#other === undefined ? [this.#sha256] : [this.#sha256, this.#other];
  }

  #resetHashes(): void {
    this.#sha256 = createHash('sha256');
    this.#other = this.#algorithm === 'sha256' ? undefined : createHash(this.#algorithm);
  }

  async #guard(work: () => Promise<unknown>): Promise<void> {
    await withWriteErrors(storeTarget(this.#path, this.#expectedBytes), work);
  }
}

/** `writev` may write less than it was given (a disk that fills up, for one): the rest follows one by one. */
async function writeFully(handle: FileHandle, pieces: readonly Uint8Array[]): Promise<void> {
  let { bytesWritten } = await handle.writev(pieces);
  for (const piece of pieces) {
    if (bytesWritten >= piece.length) {
      bytesWritten -= piece.length;
    } else {
      await handle.writeFile(piece.subarray(bytesWritten));
      bytesWritten = 0;
    }
  }
}

/**
 * Partial downloads that nobody works on, by key. Read once: what appears later belongs to a running process. Of several of one file one is
 * kept.
 */
export async function findOrphans(store: Store): Promise<Map<string, string>> {
  const orphans = new Map<string, string>();
  const dir = join(store.dir, 'partial');
  for (const name of await readdir(dir)) {
    const { key, pid } = /^(?<key>.+?)(?:\.kept|\.(?<pid>\d+)\.\d+)$/.exec(name)?.groups ?? {};
    if (key === undefined || (pid !== undefined && isRunning(Number(pid)))) continue;
    const other = orphans.get(key);
    if (other !== undefined) await rm(other, { force: true }).catch(() => undefined);
    orphans.set(key, join(dir, name));
  }
  return orphans;
}
