/**
 * The metadata files of one EL upstream that its repomd.xml lists. They are downloaded side by side, but unpacked and parsed one at a time,
 * and kept in their parsed form.
 */
import { createHash } from 'node:crypto';
import type { LimitFunction } from 'p-limit';
import { AppError, isAppError, messageOf } from '../base/errors.ts';
import type { ResolvedUpstream } from '../config/manifest/distro-manifest.ts';
import type { ByteChunks } from '../rpm/package/byte-chunks.ts';
import type { RpmFile } from '../rpm/package/rpm-package.ts';
import { parseFilelists } from '../rpm/repodata/filelists.ts';
import type { Repomd, RepomdRecord } from '../rpm/repodata/repomd.ts';
import { readDerived, writeDerived } from '../store/derived-cache.ts';
import type { Downloader } from './downloader.ts';
import { basesOf } from './file-bases.ts';
import { streamIndex } from './plain-index.ts';
import { below, encodePath, LISTED_BUT_MISSING } from './upstream-urls.ts';

const FILES_KIND = 'rpm-files';
const FILES_VERSION = 1;
const MAX_INDEX_BYTES = 2 ** 31 - 1;

/** Wanted paths by pkgid; packages without one are absent. */
export type FilesByPkgid = ReadonlyMap<string, readonly RpmFile[]>;

/** Reads what one verified repomd.xml names. */
export class RpmRecords {
  readonly #repomd: Repomd;
  readonly #upstream: ResolvedUpstream;
  readonly #mirrors: readonly string[];
  readonly #downloader: Downloader;
  readonly #unpacking: LimitFunction;

  /** `unpacking` is shared by all upstreams: what unpacking and parsing take is in memory once, not once for each of them. */
  constructor(repomd: Repomd, upstream: ResolvedUpstream, mirrors: readonly string[], downloader: Downloader, unpacking: LimitFunction) {
    this.#repomd = repomd;
    this.#upstream = upstream;
    this.#mirrors = mirrors;
    this.#downloader = downloader;
    this.#unpacking = unpacking;
  }

  /**
   * The record of this type, undefined when there is none.
   *
   * @throws {AppError} `INDEX_INVALID` when there is one that cannot be used: to do without it would be to believe half of a repository.
   */
  find(type: string): RepomdRecord | undefined {
    const why = this.#repomd.unusable.get(type);
    if (why === undefined) return this.#repomd.records.find((record) => record.type === type);
    throw new AppError('INDEX_INVALID', `${this.#upstream.name} repomd.xml: its record "${type}" cannot be used: ${why}`, {
      hint: 'the upstream publishes wrong metadata; try another mirror, or leave this upstream out',
    });
  }

  /**
   * What `parse` makes of a record's unpacked bytes, which come in pieces and are verified when the last has come. `parse` is also told how
   * to name the document in messages.
   *
   * @throws {AppError} as `streamIndex` does.
   */
  async read<T>(record: RepomdRecord, parse: (bytes: ByteChunks, label: string) => Promise<T>): Promise<T> {
    const label = `${this.#upstream.name} ${record.location}`;
    const unpack = await streamIndex(
      {
        urls: below(basesOf(this.#mirrors, record.locationBase), encodePath.rpm(record.location)),
        digest: record.checksum,
        sizeBytes: null,
        // By what it is: some generators name it otherwise, and dnf looks at the bytes as well.
        compression: null,
        plainDigest: record.openChecksum,
        plainSizeBytes: record.openSizeBytes,
        maxBytes: MAX_INDEX_BYTES,
        ifMissing: LISTED_BUT_MISSING,
        label,
      },
      this.#downloader,
    );
    return this.#unpacking(async () => parse(unpack(), label));
  }

  /** As {@link read} for the record of this type; null when there is none. */
  async readOptional<T>(type: string, parse: (bytes: ByteChunks, label: string) => Promise<T>): Promise<T | null> {
    const record = this.find(type);
    return record === undefined ? null : this.read(record, parse);
  }

  /**
   * As {@link read} for the first of `types` that can be had and read: they are forms of the same content, and nothing but convenience
   * depends on it. Null with the reasons when none can, and with no reason when there is none.
   *
   * @throws {AppError} as {@link read}, except that a form is not there or not readable.
   */
  async readAnyForm<T>(
    types: readonly string[],
    parse: (bytes: ByteChunks, label: string) => Promise<T>,
  ): Promise<{ readonly value: T | null; readonly faults: readonly string[] }> {
    const faults: string[] = [];
    for (const type of types) {
      try {
        const value = await this.readOptional(type, parse);
        if (value !== null) return { value, faults };
      } catch (error) {
        if (!isAppError(error, 'FETCH_NOT_FOUND') && !isAppError(error, 'INDEX_INVALID')) throw error;
        faults.push(`"${type}" is passed over: ${messageOf(error)}`);
      }
    }
    return { value: null, faults };
  }

  /** Who has the wanted paths, from filelists. The answer to one question is kept: reading them takes longer than all else. */
  async files(wanted: ReadonlySet<string>): Promise<FilesByPkgid> {
    const record = this.find('filelists');
    if (record === undefined) return new Map();
    const question = createHash('sha256')
      .update([...wanted].sort().join('\n'))
      .digest('hex');
    const key = `${record.checksum.hex}-${question.slice(0, 32)}-v${FILES_VERSION}`;
    const kept = await readDerived(this.#downloader.store, FILES_KIND, key);
    if (kept !== undefined) return new Map(JSON.parse(kept.toString('utf8')) as [string, RpmFile[]][]);
    const files = await this.read(record, (bytes, label) => parseFilelists(bytes, (path) => wanted.has(path), { source: label }));
    await writeDerived(this.#downloader.store, FILES_KIND, key, Buffer.from(JSON.stringify([...files])));
    return files;
  }
}
