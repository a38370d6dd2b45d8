/**
 * One header of an RPM file: an index of tags and a store of values. Spec: https://rpm.org/docs/latest/manual/format_header.html.
 * Every size, offset and string end is checked against the bytes at hand before it is used.
 */
import { AppError } from '../../base/errors.ts';

const MAGIC = 0x8eade801;
const ENTRY_BYTES = 16;
/** Bytes of the intro before the index. */
export const INTRO_BYTES = 16;

const TYPE_SIZES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1 };
const STRING = 6;
const BINARY = 7;
const STRING_ARRAY = 8;
const I18N_STRING = 9;

/** Most entries and most bytes of values one header may have. */
export interface HeaderLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

interface Entry {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

function invalid(source: string, why: string): AppError {
  return new AppError('PACKAGE_INVALID', `${source} is not a sound RPM: ${why}`, {
    hint: 'it may be cut short or altered; download it again',
  });
}

/**
 * Bytes of the header that starts at the beginning of `intro`, intro included.
 *
 * @throws {AppError} `PACKAGE_INVALID` when there is no header, or it claims more than `limits`.
 */
export function headerSizeBytes(intro: Uint8Array, limits: HeaderLimits, source: string, which: string): number {
  const view = Buffer.from(intro.buffer, intro.byteOffset, intro.byteLength);
  if (view.readUInt32BE(0) !== MAGIC || view.readUInt32BE(4) !== 0) throw invalid(source, `its ${which} does not start as one`);
  const entries = view.readUInt32BE(8);
  const bytes = view.readUInt32BE(12);
  if (entries === 0 || entries > limits.maxEntries || bytes > limits.maxBytes) {
    throw invalid(source, `its ${which} claims ${entries} entries and ${bytes} bytes, beyond ${limits.maxEntries} and ${limits.maxBytes}`);
  }
  return INTRO_BYTES + entries * ENTRY_BYTES + bytes;
}

/** The values of one header. */
export class HeaderSection {
  /** All of the header, intro included: what header signatures and header digests are over. */
  readonly bytes: Buffer;
  readonly #entries = new Map<number, Entry>();
  readonly #store: Buffer;
  readonly #source: string;

  /**
   * @param region tag of the region that must seal the whole header; 0 for a header nobody signs.
   * @throws {AppError} `PACKAGE_INVALID` when an entry points outside the values, or the header is not sealed.
   */
  constructor(bytes: Uint8Array, region: number, source: string, which: string) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#source = source;
    const count = this.bytes.readUInt32BE(8);
    this.#store = this.bytes.subarray(INTRO_BYTES + count * ENTRY_BYTES);
    for (let at = 0; at < count; at += 1) this.#addEntry(INTRO_BYTES + at * ENTRY_BYTES, at === 0 ? region : 0, count, which);
  }

  #addEntry(at: number, region: number, total: number, which: string): void {
    const tag = this.bytes.readUInt32BE(at);
    const type = this.bytes.readUInt32BE(at + 4);
    const offset = this.bytes.readInt32BE(at + 8);
    const count = this.bytes.readUInt32BE(at + 12);
    if (region !== 0) {
      this.#checkRegion({ tag, type, offset, count }, region, total, which);
      return;
    }
    const size = TYPE_SIZES[type];
    const isText = type === STRING || type === STRING_ARRAY || type === I18N_STRING;
    const end = offset + (size === undefined ? count : count * size);
    if ((!isText && size === undefined) || count === 0 || offset < 0 || end > this.#store.length) {
      throw invalid(this.#source, `tag ${tag} of its ${which} lies outside the header`);
    }
    if (!this.#entries.has(tag)) this.#entries.set(tag, { type, offset, count });
  }

  /** The first entry seals the header: its trailer must cover all entries and all values, or unsigned data could hide behind it. */
  #checkRegion(entry: Entry & { tag: number }, region: number, total: number, which: string): void {
    const { tag, type, offset, count } = entry;
    const isRegion =
      tag === region && type === BINARY && count === ENTRY_BYTES && offset >= 0 && offset + ENTRY_BYTES === this.#store.length;
    if (!isRegion || this.#store.readInt32BE(offset + 8) !== -total * ENTRY_BYTES) {
      throw invalid(this.#source, `its ${which} is not sealed as one region, so a signature would not cover all of it`);
    }
  }

  has(tag: number): boolean {
    return this.#entries.has(tag);
  }

  /** The strings of a tag: one for a plain string, all translations (C locale first) for a translated one; none when absent. */
  strings(tag: number): string[] {
    const entry = this.#entries.get(tag);
    if (entry === undefined || (entry.type !== STRING && entry.type !== STRING_ARRAY && entry.type !== I18N_STRING)) return [];
    const found: string[] = [];
    let { offset } = entry;
    for (let i = 0; i < entry.count; i += 1) {
      const end = this.#store.indexOf(0, offset);
      if (end < 0) throw invalid(this.#source, `a text of tag ${tag} has no end`);
      found.push(decodeText(this.#store.subarray(offset, end)));
      offset = end + 1;
    }
    return found;
  }

  /** First string of a tag, `''` when absent. */
  string(tag: number): string {
    return this.strings(tag)[0] ?? '';
  }

  /** The integers of a tag. @throws {AppError} `PACKAGE_INVALID` for 64-bit values beyond 2^53. */
  numbers(tag: number): number[] {
    const entry = this.#entries.get(tag);
    if (entry === undefined || entry.type < 1 || entry.type > 5) return [];
    const { type, offset, count } = entry;
    return Array.from({ length: count }, (_, i) => this.#number(type, offset, i, tag));
  }

  #number(type: number, offset: number, index: number, tag: number): number {
    if (type === 4) return this.#store.readUInt32BE(offset + index * 4);
    if (type === 3) return this.#store.readUInt16BE(offset + index * 2);
    if (type !== 5) return this.#store.readUInt8(offset + index);
    const value = this.#store.readBigUInt64BE(offset + index * 8);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw invalid(this.#source, `tag ${tag} holds ${value}, beyond what can be counted`);
    return Number(value);
  }

  /** First integer of a tag, null when absent. */
  number(tag: number): number | null {
    return this.numbers(tag)[0] ?? null;
  }

  /** Binary value of a tag, null when absent. */
  binary(tag: number): Uint8Array | null {
    const entry = this.#entries.get(tag);
    return entry?.type === BINARY ? this.#store.subarray(entry.offset, entry.offset + entry.count) : null;
  }
}

/** UTF-8, or Latin-1 when it is not: packages older than 2010 are. createrepo_c does the same. */
function decodeText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') && !bytes.includes('\ufffd') ? bytes.toString('latin1') : text;
}
