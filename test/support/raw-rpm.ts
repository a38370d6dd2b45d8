/** Makes RPM files byte by byte, right or wrong, for what rpmbuild would never write. */

/** One tag of a header. */
export interface RawEntry {
  readonly tag: number;
  readonly type: number;
  readonly value: Buffer;
  readonly count: number;
  /** Instead of where the value really lies. */
  readonly offset?: number;
}

export interface RawHeaderOptions {
  /** False leaves out the region that seals the header. */
  readonly region?: boolean;
  /** Entries the region's trailer claims, instead of all. */
  readonly sealedEntries?: number;
  /** Put behind everything else, without anything after it. */
  readonly tail?: RawEntry;
}

function indexEntry(tag: number, type: number, offset: number, count: number): Buffer {
  const entry = Buffer.alloc(16);
  entry.writeUInt32BE(tag, 0);
  entry.writeUInt32BE(type, 4);
  entry.writeInt32BE(offset, 8);
  entry.writeUInt32BE(count, 12);
  return entry;
}

/** A header with `entries`, sealed as rpm seals it. */
export function makeHeader(entries: readonly RawEntry[], options: RawHeaderOptions): Buffer {
  const all = options.tail === undefined ? entries : [...entries, options.tail];
  const isSealed = options.region !== false;
  const total = all.length + (isSealed ? 1 : 0);
  const values = Buffer.concat(entries.map((entry) => entry.value));
  const index: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    index.push(indexEntry(entry.tag, entry.type, entry.offset ?? offset, entry.count));
    offset += entry.value.length;
  }
  const trailer = isSealed ? indexEntry(63, 7, -(options.sealedEntries ?? total) * 16, 16) : Buffer.alloc(0);
  // A value behind the trailer is not possible in a sealed header, so the tail points into the trailer, which holds no NUL at its end.
  if (options.tail !== undefined) index.push(indexEntry(options.tail.tag, options.tail.type, values.length + 15, 1));
  const store = Buffer.concat([values, trailer]);
  if (isSealed) index.unshift(indexEntry(63, 7, values.length, 16));
  const intro = Buffer.alloc(16);
  intro.writeUInt32BE(0x8eade801, 0);
  intro.writeUInt32BE(total, 8);
  intro.writeUInt32BE(store.length, 12);
  return Buffer.concat([intro, ...index, store]);
}

/** A whole file: lead, a signature header with one tag, and the header. */
export function makeRpm(options: RawHeaderOptions & { readonly entries: readonly RawEntry[]; readonly payload?: Buffer }): Buffer {
  const lead = Buffer.alloc(96);
  lead.writeUInt32BE(0xedabeedb, 0);
  const signature = makeHeader([{ tag: 1007, type: 4, value: Buffer.alloc(4), count: 1 }], { region: false });
  const padding = Buffer.alloc((8 - (signature.length % 8)) % 8);
  return Buffer.concat([lead, signature, padding, makeHeader(options.entries, options), options.payload ?? Buffer.alloc(0)]);
}
