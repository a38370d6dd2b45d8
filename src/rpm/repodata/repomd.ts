/**
 * Reads repomd.xml, the root of an RPM repository's metadata: which files there are, and their digests. Spec: rpm-metadata(5), createrepo_c
 * and librepo's `repomd.c`. Its signature is checked before, by the caller. A record that cannot be used costs only whoever needs it.
 */
import { type Digest, isDigestHex } from '../../base/digest.ts';
import { AppError } from '../../base/errors.ts';
import { redact } from '../../base/redact.ts';
import type { ByteChunks } from '../package/byte-chunks.ts';
import { digestAlgorithm, isWeakDigest } from '../package/digest-names.ts';
import { parseLocation } from './location.ts';
import { scanXml, type XmlAttributes, type XmlHandler } from './scan-xml.ts';

/** One metadata file. */
export interface RepomdRecord {
  /** `primary`, `filelists`, `other`, `group`, `group_gz`, `modules`, `updateinfo`, `primary_db`… Unique in a document. */
  readonly type: string;
  /** Path below the base URL, checked as those of packages are. */
  readonly location: string;
  /** What replaces the base URL, or `''`; see `Location`. */
  readonly locationBase: string;
  readonly checksum: Digest;
  /** Digest of the decompressed file, when it is given. */
  readonly openChecksum: Digest | null;
  /** Bytes of the decompressed file, null when not given. The size of the file itself is left out: its digest decides. */
  readonly openSizeBytes: number | null;
  /** Seconds since 1970, 0 when not given. */
  readonly timestampSec: number;
}

/** A whole repomd.xml. */
export interface Repomd {
  /** As written; a number in most repositories, `''` when absent. */
  readonly revision: string;
  /** Those that can be used, in document order. */
  readonly records: readonly RepomdRecord[];
  /** Type → why its record cannot be used, as a sentence. No type is both here and in `records`. */
  readonly unusable: ReadonlyMap<string, string>;
  /** Newest timestamp of all records, seconds since 1970. */
  readonly timestampSec: number;
  /** Types whose only digest is SHA-1, which proves little. Sorted as the records. */
  readonly weak: readonly string[];
}

interface Draft {
  type: string;
  location: string;
  locationBase: string;
  digests: Record<string, { type: string; hex: string }>;
  numbers: Record<string, number | null>;
}

const NUMBERS: ReadonlySet<string> = new Set(['timestamp', 'open-size']);
const CHECKSUMS: ReadonlySet<string> = new Set(['checksum', 'open-checksum']);

class RepomdReader implements XmlHandler {
  readonly records = new Map<string, RepomdRecord>();
  readonly unusable = new Map<string, string>();
  rootName = '';
  revision = '';
  #draft: Draft | null = null;
  #element = '';

  open(name: string, attributes: XmlAttributes, depth: number): boolean {
    if (depth === 1) this.rootName = name;
    if (depth === 2) {
      this.#draft = name === 'data' ? { type: attributes.type ?? '', location: '', locationBase: '', digests: {}, numbers: {} } : null;
      this.#element = name;
      return name === 'revision';
    }
    if (depth !== 3 || this.#draft === null) return false;
    this.#element = name;
    if (name === 'location') {
      this.#draft.location = attributes.href ?? '';
      this.#draft.locationBase = attributes['xml:base'] ?? '';
    }
    if (CHECKSUMS.has(name)) this.#draft.digests[name] = { type: attributes.type ?? '', hex: '' };
    return CHECKSUMS.has(name) || NUMBERS.has(name);
  }

  text(text: string): void {
    const value = text.trim();
    if (this.#draft === null) this.revision = value.slice(0, 200);
    else if (CHECKSUMS.has(this.#element)) {
      const digest = this.#draft.digests[this.#element];
      if (digest !== undefined) digest.hex = value.toLowerCase();
    } else this.#draft.numbers[this.#element] = numberOf(value);
  }

  close(_name: string, depth: number): void {
    if (depth !== 2 || this.#draft === null) return;
    const { type } = this.#draft;
    const record = recordOf(this.#draft);
    this.#draft = null;
    const first = this.records.get(type);
    if (typeof record === 'string') this.#refuse(type, record);
    else if (first !== undefined && !isSameContent(first, record)) this.#refuse(type, 'it stands there twice, with different checksums');
    else if (first === undefined && !this.unusable.has(type)) this.records.set(type, record);
  }

  /** librepo downloads all records of a type: one that is wrong spoils the others. */
  #refuse(type: string, why: string): void {
    this.records.delete(type);
    this.unusable.set(type, redact(why));
  }
}

function recordOf({ type, location, locationBase, digests, numbers }: Draft): RepomdRecord | string {
  const place = parseLocation(location, locationBase);
  if (typeof place === 'string') return `its location is "${location}": ${place}`;
  const checksum = digestOf(digests.checksum);
  if (checksum === null) return `it has no checksum that proves anything (its type is "${digests.checksum?.type.slice(0, 20) ?? ''}")`;
  return {
    ...{ type, location: place.path, locationBase: place.base, checksum, openChecksum: digestOf(digests['open-checksum']) },
    ...{ openSizeBytes: numbers['open-size'] ?? null, timestampSec: numbers.timestamp ?? 0 },
  };
}

function digestOf(found: { type: string; hex: string } | undefined): Digest | null {
  const algorithm = found === undefined ? null : digestAlgorithm(found.type);
  return found !== undefined && algorithm !== null && isDigestHex(algorithm, found.hex) ? { algorithm, hex: found.hex } : null;
}

/** Old generators write timestamps with a fraction. What is no number is as good as absent: only digests decide. */
function numberOf(text: string): number | null {
  const value = Math.floor(Number(text));
  return /^\d+(?:\.\d+)?$/.test(text) && Number.isSafeInteger(value) ? value : null;
}

function isSameContent(a: RepomdRecord, b: RepomdRecord): boolean {
  return a.checksum.algorithm === b.checksum.algorithm && a.checksum.hex === b.checksum.hex;
}

/**
 * Reads repomd.xml.
 *
 * @throws {AppError} `INDEX_INVALID` when it is malformed or of another kind; `INDEX_TOO_LARGE` beyond 4 MiB.
 */
export async function parseRepomd(bytes: ByteChunks, options: { readonly source: string }): Promise<Repomd> {
  const reader = new RepomdReader();
  await scanXml(bytes, reader, { source: options.source, maxBytes: 4 << 20 });
  if (reader.rootName !== 'repomd') {
    throw new AppError('INDEX_INVALID', `${options.source}: its root is <${reader.rootName}>, not <repomd>`, {
      hint: 'the server may have sent another page: open the URL in a browser',
    });
  }
  const { revision, unusable } = reader;
  const records = [...reader.records.values()];
  return {
    ...{ revision, records, unusable },
    timestampSec: records.reduce((newest, record) => Math.max(newest, record.timestampSec), 0),
    weak: records.filter((record) => isWeakDigest(record.checksum.algorithm)).map((record) => record.type),
  };
}
