/**
 * Reads repomd.xml, the root of an RPM repository's metadata: which files there are, and their digests. Spec: rpm-metadata(5) and
 * createrepo_c. Its signature is checked before, by the caller.
 */
import { type Digest, isDigestHex } from '../../base/digest.ts';
import type { ByteChunks } from '../package/byte-chunks.ts';
import { digestAlgorithm, isWeakDigest } from '../package/digest-names.ts';
import { Faults } from './faults.ts';
import { locationBaseFault, locationFault, normalizeLocation } from './location.ts';
import { scanXml, type XmlAttributes, type XmlHandler } from './scan-xml.ts';

/** One metadata file. */
export interface RepomdRecord {
  /** `primary`, `filelists`, `other`, `group`, `group_gz`, `modules`, `updateinfo`, `primary_db`… Unique in a document. */
  readonly type: string;
  /** Path below the base URL, checked as those of packages are. */
  readonly location: string;
  /** Absolute URL that replaces the base URL (`xml:base`), or `''`. */
  readonly locationBase: string;
  readonly checksum: Digest;
  /** Digest of the decompressed file, when it is given. */
  readonly openChecksum: Digest | null;
  /** Bytes, null when not given. */
  readonly sizeBytes: number | null;
  readonly openSizeBytes: number | null;
  /** Seconds since 1970, 0 when not given. */
  readonly timestampSec: number;
}

/** A whole repomd.xml. */
export interface Repomd {
  /** As written; a number in most repositories, `''` when absent. */
  readonly revision: string;
  /** In document order. */
  readonly records: readonly RepomdRecord[];
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
  numbers: Record<string, number>;
}

const NUMBERS: ReadonlySet<string> = new Set(['timestamp', 'size', 'open-size']);
const CHECKSUMS: ReadonlySet<string> = new Set(['checksum', 'open-checksum']);

class RepomdReader implements XmlHandler {
  readonly records: RepomdRecord[] = [];
  revision = '';
  readonly #faults: Faults;
  #draft: Draft | null = null;
  #element = '';

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  open(name: string, attributes: XmlAttributes, depth: number): boolean {
    this.#element = name;
    if (depth === 1 && name !== 'repomd') this.#faults.add(`its root is <${name}>, not <repomd>`);
    if (depth === 2) {
      this.#draft = name === 'data' ? { type: attributes.type ?? '', location: '', locationBase: '', digests: {}, numbers: {} } : null;
      return name === 'revision';
    }
    if (depth !== 3 || this.#draft === null) return false;
    if (name === 'location') {
      this.#draft.location = attributes.href ?? '';
      this.#draft.locationBase = attributes['xml:base'] ?? '';
    }
    if (CHECKSUMS.has(name)) this.#draft.digests[name] = { type: attributes.type ?? '', hex: '' };
    return CHECKSUMS.has(name) || NUMBERS.has(name);
  }

  text(text: string): void {
    const value = text.trim();
    if (this.#element === 'revision') this.revision = value.slice(0, 200);
    else if (this.#draft !== null && CHECKSUMS.has(this.#element)) {
      const digest = this.#draft.digests[this.#element];
      if (digest !== undefined) digest.hex = value.toLowerCase();
    } else if (this.#draft !== null) this.#draft.numbers[this.#element] = this.#number(value);
  }

  /** Old generators write timestamps with a fraction. */
  #number(text: string): number {
    const value = Math.floor(Number(text));
    if (/^\d+(?:\.\d+)?$/.test(text) && Number.isSafeInteger(value)) return value;
    this.#faults.add(`data "${this.#draft?.type}" says ${this.#element} "${text.slice(0, 40)}", which is no number`);
    return 0;
  }

  close(_name: string, depth: number): void {
    if (depth !== 2 || this.#draft === null) return;
    const { type, location, locationBase, digests, numbers } = this.#draft;
    this.#draft = null;
    const name = `data "${type.slice(0, 40)}"`;
    if (type === '') this.#faults.add('a data record has no type');
    if (this.records.some((record) => record.type === type)) this.#faults.add(`${name} stands there twice`);
    const fault = locationFault(location) ?? (locationBase === '' ? null : locationBaseFault(locationBase));
    if (fault !== null) this.#faults.add(`${name} has the location "${location}": ${fault}`);
    const checksum = this.#digest(digests.checksum, name);
    if (digests.checksum === undefined) this.#faults.add(`${name} has no checksum`);
    if (checksum === null) return;
    this.records.push({
      type,
      location: normalizeLocation(location),
      locationBase,
      checksum,
      openChecksum: this.#digest(digests['open-checksum'], name),
      sizeBytes: numbers.size ?? null,
      openSizeBytes: numbers['open-size'] ?? null,
      timestampSec: numbers.timestamp ?? 0,
    });
  }

  #digest(found: { type: string; hex: string } | undefined, name: string): Digest | null {
    if (found === undefined) return null;
    const algorithm = digestAlgorithm(found.type);
    if (algorithm !== null && isDigestHex(algorithm, found.hex)) return { algorithm, hex: found.hex };
    this.#faults.add(`${name} has a checksum that cannot be checked (type "${found.type.slice(0, 20)}")`);
    return null;
  }
}

/**
 * Reads repomd.xml.
 *
 * @throws {AppError} `INDEX_INVALID` when it is malformed, has no primary record, or a record lacks type, location or a usable checksum;
 * `INDEX_TOO_LARGE` beyond 4 MiB.
 */
export async function parseRepomd(bytes: ByteChunks, options: { readonly source: string }): Promise<Repomd> {
  const faults = new Faults(options.source);
  const reader = new RepomdReader(faults);
  await scanXml(bytes, reader, { source: options.source, maxBytes: 4 << 20 });
  const { records, revision } = reader;
  if (!records.some((record) => record.type === 'primary')) faults.add('it names no primary metadata');
  faults.throwIfAny('INDEX_INVALID');
  return {
    revision,
    records,
    timestampSec: records.reduce((newest, record) => Math.max(newest, record.timestampSec), 0),
    weak: records.filter((record) => isWeakDigest(record.checksum.algorithm)).map((record) => record.type),
  };
}
