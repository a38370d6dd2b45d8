/**
 * The store: every downloaded byte once, named by its SHA-256, shared by all builds of a user. Any number of processes may use one store:
 * each writes under a name of its own and renames into place, so a reader sees a whole file or none, also after `kill -9`.
 *
 * Nothing is fsynced: after a power cut a file may be short or hold zeros. A wrong size is noticed when the blob is looked up, wrong bytes
 * when they are used ({@link Store.readVerified} here, reading packages and packing there), and both only mean another download.
 *
 *     sha256/ab/abcdef…   blobs          partial/   downloads under way      derived/KIND/KEY   what was computed from blobs
 *     alias/sha512/…      other digests  roots/     last answer of each URL that has no digest
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Digest, type DigestAlgorithm, isDigestHex } from '../base/digest.ts';
import { AppError } from '../base/errors.ts';
import { errnoOf } from '../files/errno.ts';
import { hashFile } from '../files/hash-file.ts';
import { isRunning } from '../files/partial-file.ts';
import { explainWriteError, withWriteErrors } from '../files/write-error.ts';
import { storeTarget } from './store-target.ts';

/** A file in the store. */
export interface StoredBlob {
  /** Absolute. The file must not be changed. */
  readonly path: string;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** True when nothing had to be downloaded or written for it. */
  readonly fromStore: boolean;
}

/** Files a cache-cleaning or backup program knows to leave out (https://bford.info/cachedir/). */
const CACHEDIR_TAG = 'Signature: 8a477f597d28d172789f06886806bc55\n# Downloads of pigsty-bundle. Safe to delete.\n';

let temporaryCount = 0;

/** Opens the store in `dir`, making what is missing. @throws {AppError} `STORE_UNWRITABLE`, `DISK_FULL` */
export async function openStore(dir: string): Promise<Store> {
  const root = resolve(dir);
  try {
    for (const part of ['sha256', 'partial', 'alias', 'roots', 'derived']) await mkdir(join(root, part), { recursive: true });
    await removeDeadTemporaries(join(root, 'partial'));
    await writeFile(join(root, 'CACHEDIR.TAG'), CACHEDIR_TAG, { flag: 'wx' }).catch((error: unknown) => {
      if (errnoOf(error) !== 'EEXIST') throw error;
    });
  } catch (error) {
    throw await explainWriteError(error, storeTarget(root, null));
  }
  return new Store(root);
}

/** Files a killed process was writing and that nobody can continue: unlike partial downloads they have no digest in their names. */
async function removeDeadTemporaries(partial: string): Promise<void> {
  for (const name of await readdir(partial)) {
    const pid = /^(?:put|write|unnamed)\.(\d+)\.\d+$/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(partial, name), { force: true });
  }
}

/** See {@link openStore}. Every method throws `STORE_UNWRITABLE` or `DISK_FULL` when the disk refuses. */
export class Store {
  /** Absolute path of the store. */
  readonly dir: string;
  readonly #madeDirs = new Set<string>();

  constructor(dir: string) {
    this.dir = dir;
  }

  /** Where the blob is, or would be. `sha256` must be 64 lower-case hex digits. */
  pathOf(sha256: string): string {
    if (!isDigestHex('sha256', sha256)) throw new Error(`not a SHA-256 digest: ${sha256}`);
    return join(this.dir, 'sha256', sha256.slice(0, 2), sha256);
  }

  /** A path in `partial/` that no other writer of any process uses. */
  temporaryPath(key: string): string {
    temporaryCount += 1;
    return join(this.dir, 'partial', `${key}.${process.pid}.${temporaryCount}`);
  }

  /** The blob, or undefined. With `sizeBytes`, a blob of another size is damaged: it is removed and counts as absent. */
  async find(sha256: string, sizeBytes?: number): Promise<StoredBlob | undefined> {
    const path = this.pathOf(sha256);
    const stats = await stat(path).catch(() => undefined);
    if (stats === undefined || !stats.isFile()) return undefined;
    if (sizeBytes !== undefined && stats.size !== sizeBytes) {
      await rm(path, { force: true });
      return undefined;
    }
    return { path, sha256, sizeBytes: stats.size, fromStore: true };
  }

  /** True when {@link find} finds it. */
  async has(sha256: string, sizeBytes?: number): Promise<boolean> {
    return (await this.find(sha256, sizeBytes)) !== undefined;
  }

  /** The blob of a digest of any algorithm, as long as it came through this store. */
  async findByDigest(digest: Digest, sizeBytes?: number): Promise<StoredBlob | undefined> {
    if (digest.algorithm === 'sha256') return this.find(digest.hex, sizeBytes);
    const sha256 = await readFile(this.#aliasPath(digest), 'utf8').catch(() => '');
    return isDigestHex('sha256', sha256) ? this.find(sha256, sizeBytes) : undefined;
  }

  /** Remembers that `digest` names the blob `sha256`. The caller has verified it. */
  async recordAlias(digest: Digest, sha256: string): Promise<void> {
    if (digest.algorithm !== 'sha256') await this.writeAtomically(this.#aliasPath(digest), sha256);
  }

  /** Moves a finished file of this file system into place. The caller has hashed it. */
  async adopt(temporaryPath: string, sha256: string, sizeBytes: number): Promise<StoredBlob> {
    const path = this.pathOf(sha256);
    return withWriteErrors(storeTarget(path, sizeBytes), async () => {
      await this.#makeDir(dirname(path));
      await rename(temporaryPath, path);
      return { path, sha256, sizeBytes, fromStore: false };
    });
  }

  /** Stores `bytes`. */
  async putBytes(bytes: Uint8Array): Promise<StoredBlob> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const present = await this.find(sha256, bytes.length);
    if (present !== undefined) return present;
    await this.writeAtomically(this.pathOf(sha256), bytes);
    return { path: this.pathOf(sha256), sha256, sizeBytes: bytes.length, fromStore: false };
  }

  /** Stores a copy of the file at `source` (a reflink where the file system can); the source is left alone. */
  async putFile(source: string): Promise<StoredBlob> {
    const temporary = this.temporaryPath('put');
    const { size } = await stat(source);
    try {
      await withWriteErrors(storeTarget(temporary, size), () => copyFile(source, temporary, constants.COPYFILE_FICLONE));
      // The copy is hashed, not the source: somebody may be writing to the source.
      const { sha256, sizeBytes } = await hashFile(temporary);
      const present = await this.find(sha256, sizeBytes);
      return present ?? (await this.adopt(temporary, sha256, sizeBytes));
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /**
   * Makes `destination` the blob: a hard link, else a reflink, else a copy. What was there is replaced. The file must not be changed in
   * place, since it may be the store's own.
   *
   * @throws {AppError} `FETCH_NOT_FOUND` when the blob is not in the store
   */
  async link(sha256: string, destination: string): Promise<'linked' | 'copied'> {
    const source = this.pathOf(sha256);
    if (!(await this.has(sha256)))
      throw new AppError('FETCH_NOT_FOUND', `${sha256} is not in the store ${this.dir}`, { hint: 'fetch again' });
    for (let attempt = 1; ; attempt += 1) {
      try {
        await link(source, destination);
        return 'linked';
      } catch (error) {
        if (errnoOf(error) !== 'EEXIST') break; // another file system, or one without hard links
        // `rename` onto another link of the same file does nothing (POSIX), so the old name goes first.
        if (attempt > 3) throw error;
        await withWriteErrors(storeTarget(destination, null), () => rm(destination, { force: true }));
      }
    }
    const { size } = await stat(source);
    await withWriteErrors(storeTarget(destination, size), () => copyFile(source, destination, constants.COPYFILE_FICLONE));
    return 'copied';
  }

  /** The bytes, hashed again while they are here; undefined when absent or damaged (a damaged blob is removed). */
  async readVerified(sha256: string): Promise<Buffer | undefined> {
    const path = this.pathOf(sha256);
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes === undefined) return undefined;
    if (createHash('sha256').update(bytes).digest('hex') === sha256) return bytes;
    await rm(path, { force: true });
    return undefined;
  }

  /** Reads the whole blob again: true when it is what its name says. A damaged one is removed, so the next fetch brings it back. */
  async verify(sha256: string): Promise<boolean> {
    const path = this.pathOf(sha256);
    const actual = await hashFile(path).catch(() => undefined);
    if (actual?.sha256 === sha256) return true;
    await rm(path, { force: true });
    return false;
  }

  /** Writes `content` beside `path` first and renames: a reader sees the old content or the new, never a part. */
  async writeAtomically(path: string, content: string | Uint8Array): Promise<void> {
    const temporary = this.temporaryPath('write');
    await withWriteErrors(storeTarget(path, content.length), async () => {
      try {
        await this.#makeDir(dirname(path));
        await writeFile(temporary, content);
        await rename(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    });
  }

  /** Moves a finished temporary file of this store to `path`. */
  async moveIntoPlace(temporaryPath: string, path: string): Promise<void> {
    await withWriteErrors(storeTarget(path, null), async () => {
      await this.#makeDir(dirname(path));
      await rename(temporaryPath, path);
    });
  }

  #aliasPath(digest: Digest): string {
    const { algorithm, hex }: { algorithm: DigestAlgorithm; hex: string } = digest;
    if (!isDigestHex(algorithm, hex)) throw new Error(`not a ${algorithm} digest: ${hex}`);
    return join(this.dir, 'alias', algorithm, hex);
  }

  async #makeDir(dir: string): Promise<void> {
    if (this.#madeDirs.has(dir)) return;
    await mkdir(dir, { recursive: true });
    this.#madeDirs.add(dir);
  }
}
