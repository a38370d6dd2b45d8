/**
 * A multimap from names to the numbers of packages in an index, kept as integers: Debian hashes names straight from the bytes of the file,
 * and no string is made for the sixty thousand that nobody asks for. Two names may share a hash, so a hit must be compared by the caller.
 */

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const NONE = -1;

/** Hash of `bytes[start, end)`, unsigned 32 bits (FNV-1a). */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = FNV_OFFSET;
  for (let i = start; i < end; i += 1) hash = Math.imul(hash ^ (bytes[i] as number), FNV_PRIME);
  return hash >>> 0;
}

/** The same hash for a name in ASCII. */
export function hashName(name: string): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ (name.charCodeAt(i) & 0xff), FNV_PRIME);
  return hash >>> 0;
}

/** Grows as entries are pushed; pairs of (hash, stanza number). */
export class NameList {
  #pairs: Uint32Array;
  #length = 0;

  constructor(capacity: number) {
    this.#pairs = new Uint32Array(Math.max(16, capacity) * 2);
  }

  push(hash: number, stanza: number): void {
    const at = this.#length * 2;
    if (at === this.#pairs.length) {
      const grown = new Uint32Array(at * 2);
      grown.set(this.#pairs);
      this.#pairs = grown;
    }
    this.#pairs[at] = hash;
    this.#pairs[at + 1] = stanza;
    this.#length += 1;
  }

  /** The pairs pushed so far. A view, valid until the next push. */
  pairs(): Uint32Array {
    return this.#pairs.subarray(0, this.#length * 2);
  }
}

/** Chained hash table over a finished list of pairs. */
export class NameTable {
  readonly pairs: Uint32Array;
  readonly #heads: Int32Array;
  readonly #next: Int32Array;

  constructor(pairs: Uint32Array) {
    const count = pairs.length / 2;
    let size = 16;
    while (size < count * 2) size *= 2;
    this.pairs = pairs;
    this.#heads = new Int32Array(size).fill(NONE);
    this.#next = new Int32Array(count);
    // Backwards, so that a chain lists stanzas in the order of the file.
    for (let entry = count - 1; entry >= 0; entry -= 1) {
      const slot = (pairs[entry * 2] as number) & (size - 1);
      this.#next[entry] = this.#heads[slot] as number;
      this.#heads[slot] = entry;
    }
  }

  /** Stanza numbers stored under `hash`, ascending, without repeats. */
  stanzas(hash: number): number[] {
    const found: number[] = [];
    let entry = this.#heads[hash & (this.#heads.length - 1)] as number;
    while (entry !== NONE) {
      const stanza = this.pairs[entry * 2 + 1] as number;
      if (this.pairs[entry * 2] === hash && found.at(-1) !== stanza) found.push(stanza);
      entry = this.#next[entry] as number;
    }
    return found;
  }
}
