/**
 * The metadata files of one EL upstream that its repomd.xml lists. They are downloaded side by side, but unpacked and parsed one at a time,
 * and kept in their parsed form.
 */
import { createHash } from 'node:crypto';
import type { LimitFunction } from 'p-limit';
import type { ResolvedUpstream } from '../config/manifest/distro-manifest.ts';
import { compressionOf } from '../fetch/decode/decompress.ts';
import type { ByteChunks } from '../rpm/package/byte-chunks.ts';
import type { RpmFile } from '../rpm/package/rpm-package.ts';
import { parseFilelists } from '../rpm/repodata/filelists.ts';
import type { Repomd, RepomdRecord } from '../rpm/repodata/repomd.ts';
import { readDerived, writeDerived } from '../store/derived-cache.ts';
import type { Downloader } from './downloader.ts';
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

  /** The first of `types` that there is. */
  find(...types: readonly string[]): RepomdRecord | undefined {
    return types.map((type) => this.#repomd.records.find((record) => record.type === type)).find((record) => record !== undefined);
  }

  /**
   * What `parse` makes of a record's unpacked bytes, which come in pieces and are verified when the last has come. `parse` is also told how
   * to name the document in messages.
   *
   * @throws {AppError} as `streamIndex` does.
   */
  async read<T>(record: RepomdRecord, parse: (bytes: ByteChunks, label: string) => Promise<T>): Promise<T> {
    const label = `${this.#upstream.name} ${record.location}`;
    const bases = record.locationBase === '' ? this.#mirrors : [record.locationBase];
    const unpack = await streamIndex(
      {
        urls: below(bases, encodePath.rpm(record.location)),
        digest: record.checksum,
        sizeBytes: record.sizeBytes,
        compression: compressionOf(record.location),
        plainDigest: record.openChecksum,
        plainSizeBytes: record.openSizeBytes,
        // What is small or empty packs larger than it is.
        maxBytes: Math.min(MAX_INDEX_BYTES, Math.max(record.sizeBytes ?? 0, record.openSizeBytes ?? MAX_INDEX_BYTES)),
        ifMissing: LISTED_BUT_MISSING,
        label,
      },
      this.#downloader,
    );
    return this.#unpacking(async () => parse(unpack(), label));
  }

  /** As {@link read} for the first of `types`; null when there is none. */
  async readOptional<T>(types: readonly string[], parse: (bytes: ByteChunks, label: string) => Promise<T>): Promise<T | null> {
    const record = this.find(...types);
    return record === undefined ? null : this.read(record, parse);
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
