/**
 * A Packages file as the resolver sees it: bytes, a table of where each name and each provided name is, and records made on demand.
 * Sixty thousand packages cost one pass and a few integers each; only what is reached becomes objects.
 */
import { isAppError } from '../../base/errors.ts';
import { hashName, NameTable } from '../../base/name-table.ts';
import { type PackageRecord, parseInstalledRecord, parsePackageRecord } from './package-record.ts';
import { NAMELESS, type PackagesScan, scanPackages } from './scan-packages.ts';

const HEAD_BYTES = 4096;

/** Where the stanzas come from: an archive's index, or the dpkg status file of a host. */
export type IndexKind = 'archive' | 'status';

/** A stanza that cannot be used, or was odd. */
export interface StanzaNote {
  /** `hello 1.0`, or where it stands. */
  readonly label: string;
  /** Name of the package, empty where it has none. */
  readonly name: string;
  readonly why: string;
}

/** Where the text of the stanzas is read, part by part. `read` gives a view. */
export interface IndexBytes {
  read(start: number, end: number): Buffer;
}

/**
 * Read access to one index. Stanzas are numbered from 0 in the order of the file. One that is malformed costs itself: it is no answer to
 * any question, and {@link DebPackageIndex.leftOut} names it once it was met.
 */
export class DebPackageIndex {
  /** Upstream or path, for messages. */
  readonly where: string;
  readonly kind: IndexKind;
  readonly scan: PackagesScan;
  readonly #bytes: IndexBytes;
  readonly #names: NameTable;
  readonly #provides: NameTable;
  readonly #records = new Map<number, PackageRecord | null>();
  readonly #leftOut = new Map<number, StanzaNote>();

  constructor(bytes: IndexBytes, scan: PackagesScan, where: string, kind: IndexKind) {
    this.where = where;
    this.kind = kind;
    this.scan = scan;
    this.#bytes = bytes;
    this.#names = new NameTable(scan.names);
    this.#provides = new NameTable(scan.provides);
  }

  get count(): number {
    return this.scan.starts.length;
  }

  /** Stanzas whose Package is `name`, in file order. */
  stanzasOf(name: string): number[] {
    return this.#names.stanzas(hashName(name)).filter((stanza) => this.#recordOrNull(stanza)?.name === name);
  }

  /** Stanzas whose Provides may hold `name`; the hash may collide, so the caller looks into the field. */
  maybeProviders(name: string): number[] {
    return this.#provides.stanzas(hashName(name)).filter((stanza) => this.#recordOrNull(stanza) !== null);
  }

  /** Every stanza that can be used, in file order. Reads them all. */
  goodStanzas(): number[] {
    return Array.from({ length: this.count }, (_, stanza) => stanza).filter((stanza) => this.#recordOrNull(stanza) !== null);
  }

  /** What was met so far and cannot be used, and stanzas without a name, in file order. */
  leftOut(): StanzaNote[] {
    for (const stanza of this.#names.stanzas(NAMELESS)) this.#recordOrNull(stanza);
    return [...this.#leftOut].sort(([a], [b]) => a - b).map(([, note]) => note);
  }

  /** Notes that a stanza cannot be used, for a reason found later. */
  leaveOut(stanza: number, why: string): void {
    const { name, version } = this.record(stanza);
    this.#leftOut.set(stanza, { label: `${name} ${version}`, name, why });
  }

  /** The stanzas of one name among {@link leftOut}. */
  leftOutOf(name: string): StanzaNote[] {
    return [...this.#leftOut.values()].filter((note) => note.name === name);
  }

  /** What was odd about a stanza and did no harm; null when nothing was. */
  oddity(stanza: number): StanzaNote | null {
    const { name, version, oddities } = this.record(stanza);
    return oddities.length === 0 ? null : { label: `${name} ${version}`, name, why: oddities.join('; ') };
  }

  /**
   * The record of a stanza; the same object each time.
   *
   * @throws {AppError} `INDEX_INVALID` when the stanza is malformed: one that this class gave the number of is not.
   */
  record(stanza: number): PackageRecord {
    return this.#records.get(stanza) ?? this.#parse(stanza);
  }

  #recordOrNull(stanza: number): PackageRecord | null {
    let record = this.#records.get(stanza);
    if (record !== undefined) return record;
    try {
      record = this.#parse(stanza);
    } catch (error) {
      if (!isAppError(error, 'INDEX_INVALID')) throw error;
      record = null;
      this.#leftOut.set(stanza, this.#noteOf(stanza, error.message));
    }
    this.#records.set(stanza, record);
    return record;
  }

  #parse(stanza: number): PackageRecord {
    const text = this.stanzaBytes(stanza).toString('utf8');
    const record = this.kind === 'archive' ? parsePackageRecord(text, this.where) : parseInstalledRecord(text, this.where);
    this.#records.set(stanza, record);
    return record;
  }

  #noteOf(stanza: number, message: string): StanzaNote {
    const head = this.stanzaBytes(stanza).subarray(0, HEAD_BYTES).toString('latin1');
    const field = (pattern: RegExp) => (pattern.exec(head)?.[1] ?? '').trim();
    const [name, version] = [field(/^package\s*:(.*)$/im).toLowerCase(), field(/^version\s*:(.*)$/im)];
    const at = `the stanza at byte ${this.scan.starts[stanza]}`;
    const why = message.replace(`${this.where}: `, '').replace(`package ${name}: `, '');
    return { label: name === '' ? at : `${name} ${version}`.trim(), name, why };
  }

  /** The stanza as it stands in the index, final newline included. A view. */
  stanzaBytes(stanza: number): Buffer {
    const start = this.scan.starts[stanza];
    const end = this.scan.ends[stanza];
    if (start === undefined || end === undefined) throw new Error(`no stanza ${stanza} in ${this.where}`);
    return this.#bytes.read(start, end);
  }

  /** Stanzas with any of the bits of `STANZA_FLAG` in `mask`, in file order. */
  stanzasWithFlag(mask: number): number[] {
    const found: number[] = [];
    for (let stanza = 0; stanza < this.count; stanza += 1) {
      if (((this.scan.flags[stanza] as number) & mask) !== 0 && this.#recordOrNull(stanza) !== null) found.push(stanza);
    }
    return found;
  }
}

/**
 * Indexes an uncompressed Packages file. The bytes are kept, not copied.
 *
 * @param where upstream name, for messages.
 * @throws {AppError} `INDEX_INVALID`, `INDEX_TOO_LARGE`.
 */
export function indexDebPackages(bytes: Uint8Array, where: string): DebPackageIndex {
  return new DebPackageIndex(inMemory(asBuffer(bytes)), scanPackages(bytes, where), where, 'archive');
}

/** Indexes the stanzas of installed packages, as dpkg keeps them. @throws {AppError} as {@link indexDebPackages}. */
export function indexInstalled(bytes: Uint8Array, where: string): DebPackageIndex {
  return new DebPackageIndex(inMemory(asBuffer(bytes)), scanPackages(bytes, where), where, 'status');
}

function inMemory(bytes: Buffer): IndexBytes {
  return { read: (start, end) => bytes.subarray(start, end) };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
