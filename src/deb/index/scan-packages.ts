/**
 * The one pass over the bytes of a Packages file (deb822(5)): where each stanza lies, the hash of its name and of the names it provides,
 * and which stanzas are Essential, Protected or of high priority. Everything else is read later, and only of stanzas that are reached.
 */
import { AppError } from '../../base/errors.ts';
import { hashBytes, hashName, NameList } from '../../base/name-table.ts';

/** Bits of {@link PackagesScan.flags}. */
export const STANZA_FLAG = { essential: 1, protected: 2, required: 4, important: 8 } as const;

/** What the pass found. Offsets are into the scanned bytes. */
export interface PackagesScan {
  /** First byte of each stanza. */
  readonly starts: Uint32Array;
  /** One past the last newline of each stanza. */
  readonly ends: Uint32Array;
  readonly flags: Uint8Array;
  /** Pairs of (name hash, stanza). */
  readonly names: Uint32Array;
  /** Pairs of (hash of a provided name, stanza). */
  readonly provides: Uint32Array;
}

const NEWLINE = 10;
const SPACE = 32;
const TAB = 9;
const CARRIAGE_RETURN = 13;
const COMMA = 44;
const COLON = 58;
const OPEN_PAREN = 40;
const OPEN_BRACKET = 91;
const LOWER = 0x20;
const MAX_INDEX_BYTES = 2 ** 30;
/** Hash of no name. */
export const NAMELESS = hashName('');

const PACKAGE = lowerBytes('package:');
const PROVIDES = lowerBytes('provides:');
const PRIORITY = lowerBytes('priority:');
const PROTECTED = lowerBytes('protected:');
const ESSENTIAL = lowerBytes('essential:');
const IMPORTANT = lowerBytes('important:');
const REQUIRED_WORD = lowerBytes('required');
const IMPORTANT_WORD = lowerBytes('important');
const YES_WORD = lowerBytes('yes');

/** First letters of the fields we look at, either case. */
const INTERESTING = new Uint8Array(256);
for (const letter of 'peiPEI') INTERESTING[letter.charCodeAt(0)] = 1;

function lowerBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/**
 * Scans a whole uncompressed Packages (or dpkg status) file.
 *
 * @param what URL or path, for messages.
 * A stanza without a name is counted like any other and found under the empty one; of a name given twice the last counts, as for apt.
 *
 * @throws {AppError} `INDEX_TOO_LARGE`; `INDEX_INVALID` when no stanza at all has a Package field.
 */
export function scanPackages(bytes: Uint8Array, what: string): PackagesScan {
  if (bytes.length > MAX_INDEX_BYTES) throw new AppError('INDEX_TOO_LARGE', `${what} is ${bytes.length} bytes long`);
  const scanner = new Scanner(bytes, what);
  scanner.run();
  return scanner.result();
}

class Scanner {
  readonly #bytes: Uint8Array;
  readonly #what: string;
  readonly #names: NameList;
  readonly #provides: NameList;
  /** Pairs of (start, end), as a NameList because it grows the same way. */
  readonly #extents: NameList;
  #flags: Uint8Array;
  #count = 0;
  #start = -1;
  #name = NAMELESS;
  #hasNames = false;
  #stanzaFlags = 0;

  constructor(bytes: Uint8Array, what: string) {
    const guess = Math.ceil(bytes.length / 700);
    this.#bytes = bytes;
    this.#what = what;
    this.#names = new NameList(guess);
    this.#provides = new NameList(guess);
    this.#extents = new NameList(guess);
    this.#flags = new Uint8Array(Math.max(16, guess));
  }

  run(): void {
    const bytes = this.#bytes;
    const length = bytes.length;
    const words = wordsOf(bytes);
    let isOpen = false;
    let at = 0;
    while (at < length) {
      const first = bytes[at] as number;
      const end = first === NEWLINE ? at : lineEnd(bytes, words, at);
      if (first <= CARRIAGE_RETURN && isEmptyLine(bytes, at, end)) {
        this.#closeStanza(at);
        isOpen = false;
      } else {
        if (!isOpen) this.#start = at;
        isOpen = true;
        if (INTERESTING[first] === 1) this.#line(first, at, end);
      }
      at = end + 1;
    }
    this.#closeStanza(length);
    if (this.#count > 0 && !this.#hasNames) {
      throw new AppError('INDEX_INVALID', `${this.#what} is not a list of packages: nothing in it has a Package field`);
    }
  }

  result(): PackagesScan {
    const extents = this.#extents.pairs();
    const starts = new Uint32Array(this.#count);
    const ends = new Uint32Array(this.#count);
    for (let i = 0; i < this.#count; i += 1) {
      starts[i] = extents[i * 2] as number;
      ends[i] = extents[i * 2 + 1] as number;
    }
    return {
      starts,
      ends,
      flags: this.#flags.slice(0, this.#count),
      names: this.#names.pairs().slice(),
      provides: this.#provides.pairs().slice(),
    };
  }

  #line(first: number, at: number, end: number): void {
    switch (first | LOWER) {
      case 0x70: // p
        this.#lineWithP(at, end);
        return;
      case 0x65: // e
        this.#flagLine(ESSENTIAL, STANZA_FLAG.essential, at, end);
        return;
      case 0x69: // i
        this.#flagLine(IMPORTANT, STANZA_FLAG.protected, at, end);
        return;
    }
  }

  #lineWithP(at: number, end: number): void {
    const bytes = this.#bytes;
    if (startsWith(bytes, at, end, PACKAGE)) {
      this.#takeName(skipBlanks(bytes, at + PACKAGE.length, end), end);
    } else if (startsWith(bytes, at, end, PROVIDES)) {
      this.#provided(at + PROVIDES.length, end);
    } else if (startsWith(bytes, at, end, PRIORITY)) {
      const value = skipBlanks(bytes, at + PRIORITY.length, end);
      if (startsWith(bytes, value, end, REQUIRED_WORD)) this.#stanzaFlags |= STANZA_FLAG.required;
      if (startsWith(bytes, value, end, IMPORTANT_WORD)) this.#stanzaFlags |= STANZA_FLAG.important;
    } else {
      this.#flagLine(PROTECTED, STANZA_FLAG.protected, at, end);
    }
  }

  #flagLine(field: Uint8Array, flag: number, at: number, end: number): void {
    if (!startsWith(this.#bytes, at, end, field)) return;
    const value = skipBlanks(this.#bytes, at + field.length, end);
    if (startsWith(this.#bytes, value, end, YES_WORD)) this.#stanzaFlags |= flag;
  }

  #takeName(start: number, lineEnd: number): void {
    let end = lineEnd;
    while (end > start && (this.#bytes[end - 1] as number) <= SPACE) end -= 1;
    this.#name = end === start ? NAMELESS : hashLowerCase(this.#bytes, start, end);
    if (this.#name !== NAMELESS) this.#hasNames = true;
  }

  /** Names of a Provides field, its continuation lines included. */
  #provided(start: number, lineEnd: number): void {
    const bytes = this.#bytes;
    let fieldEnd = lineEnd;
    while (isBlankByte(bytes[fieldEnd + 1])) {
      fieldEnd += 1;
      while (fieldEnd < bytes.length && bytes[fieldEnd] !== NEWLINE) fieldEnd += 1;
    }
    let at = start;
    while (at < fieldEnd) {
      at = skipBlanks(bytes, at, fieldEnd);
      let end = at;
      while (end < fieldEnd && !endsName(bytes[end] as number)) end += 1;
      if (end > at) this.#provides.push(hashBytes(bytes, at, end), this.#count);
      while (end < fieldEnd && bytes[end] !== COMMA) end += 1;
      at = end + 1;
    }
  }

  #closeStanza(end: number): void {
    if (this.#start < 0) return;
    if (this.#count === this.#flags.length) {
      const grown = new Uint8Array(this.#count * 2);
      grown.set(this.#flags);
      this.#flags = grown;
    }
    this.#flags[this.#count] = this.#stanzaFlags;
    this.#names.push(this.#name, this.#count);
    this.#extents.push(this.#start, end);
    this.#count += 1;
    this.#start = -1;
    this.#name = NAMELESS;
    this.#stanzaFlags = 0;
  }
}

/** The bytes as whole 32-bit words, for looking at four at once; empty when they are not aligned. */
function wordsOf(bytes: Uint8Array): Int32Array {
  if (bytes.byteOffset % 4 !== 0) return new Int32Array(0);
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
}

/** Offset of the next newline, or the length. Skips words without one: the scan is mostly this, and a call per line costs more. */
function lineEnd(bytes: Uint8Array, words: Int32Array, at: number): number {
  const length = bytes.length;
  let end = at;
  while ((end & 3) !== 0 && end < length && bytes[end] !== NEWLINE) end += 1;
  if ((end & 3) !== 0) return end;
  let word = end >> 2;
  while (word < words.length) {
    const zeroed = (words[word] as number) ^ 0x0a0a0a0a;
    if (((zeroed - 0x01010101) & ~zeroed & 0x80808080) !== 0) break;
    word += 1;
  }
  end = Math.max(end, Math.min(word, words.length) << 2);
  while (end < length && bytes[end] !== NEWLINE) end += 1;
  return end;
}

function isBlankByte(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === CARRIAGE_RETURN;
}

/** What ends a stanza. A line of blanks does not: for apt it continues a field. */
function isEmptyLine(bytes: Uint8Array, at: number, end: number): boolean {
  for (let i = at; i < end; i += 1) if (bytes[i] !== CARRIAGE_RETURN) return false;
  return true;
}

/** apt and dpkg know a package by its name in lower case. */
function hashLowerCase(bytes: Uint8Array, start: number, end: number): number {
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i] as number;
    if (byte >= 65 && byte <= 90) return hashName(Buffer.from(bytes.subarray(start, end)).toString('latin1').toLowerCase());
  }
  return hashBytes(bytes, start, end);
}

function skipBlanks(bytes: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && (isBlankByte(bytes[i]) || bytes[i] === NEWLINE)) i += 1;
  return i;
}

function endsName(byte: number): boolean {
  return byte <= SPACE || byte === COMMA || byte === OPEN_PAREN || byte === COLON || byte === OPEN_BRACKET;
}

/** ASCII letters in any case; `prefix` is in lower case. */
function startsWith(bytes: Uint8Array, at: number, end: number, prefix: Uint8Array): boolean {
  if (at + prefix.length > end) return false;
  for (let i = 0; i < prefix.length; i += 1) {
    const byte = bytes[at + i] as number;
    if (byte !== prefix[i] && ((byte | LOWER) !== prefix[i] || byte < 65)) return false;
  }
  return true;
}
