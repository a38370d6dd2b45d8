/**
 * Packages of a primary.xml as they are kept between runs: JSON of one after the other, read when a package is asked for, then a table of
 * hashed names. What choosing packages does not need (descriptions and the like) is left out and comes back empty. Integrity is the
 * caller's: it keeps the bytes under the digest of the metadata and with a checksum; this only refuses what has another form. Words are
 * little-endian.
 */
import { type DigestAlgorithm, isDigestHex } from '../../base/digest.ts';
import { NameList } from '../../base/name-table.ts';
import {
  RPM_DEPENDENCY_KINDS,
  type RpmDependency,
  type RpmDependencyKind,
  type RpmFile,
  type RpmFlags,
  type RpmPackage,
} from '../package/rpm-package.ts';
import { type IndexParts, isInstallable, pushNames } from './rpm-package-index.ts';

/** Part of the key of a kept file: changes whenever the form or what it is made of does. */
export const PRIMARY_CACHE_VERSION = 5;

const MAGIC = 0x52_50_43_34;
const TAIL_WORDS = 4;

type Texts = readonly [
  name: string,
  epoch: string,
  version: string,
  release: string,
  arch: string,
  location: string,
  algorithm: string,
  hex: string,
  locationBase?: string,
];
type Numbers = readonly [sizePackage: number, sizeInstalled: number];
type Capability = string | readonly [name: string, flags: RpmFlags, epoch: string, version: string, release: string, pre?: 1];
type Row = readonly [Texts, Numbers, files: readonly (string | RpmFile)[], ...lists: readonly (readonly Capability[])[]];

const LEFT_OUT = {
  ...{
    summary: '',
    description: '',
    url: '',
    packager: '',
    vendor: '',
    license: '',
    group: '',
    buildhost: '',
    sourceRpm: '',
  },
  ...{ timeFile: 0, timeBuild: 0, sizeArchive: 0, headerStart: 0, headerEnd: 0 },
} as const;

/** Where the kept form goes, piece by piece. */
export interface ByteSink {
  readonly sizeBytes: number;
  add(bytes: Uint8Array): void;
}

/** Where the kept form is read from, part by part. `read` gives a view. */
export interface ByteSource {
  readonly sizeBytes: number;
  read(start: number, end: number): Buffer;
}

/**
 * Takes packages one by one and writes them to a sink at once, so that none is kept in memory.
 */
export class PrimaryCacheWriter {
  readonly #sink: ByteSink;
  readonly #names = new NameList(1 << 18);
  #ends = new Uint32Array(1 << 12);
  #count = 0;

  /** The sink must be empty. */
  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  /** Source packages are left out. */
  add(pkg: RpmPackage): void {
    if (!isInstallable(pkg)) return;
    pushNames(this.#names, pkg, this.#count);
    this.#sink.add(Buffer.from(JSON.stringify(rowOf(pkg))));
    if (this.#count === this.#ends.length) {
      const grown = new Uint32Array(this.#count * 2);
      grown.set(this.#ends);
      this.#ends = grown;
    }
    this.#ends[this.#count] = this.#sink.sizeBytes;
    this.#count += 1;
  }

  /** Writes the tables, which {@link parsePrimaryCache} reads first. */
  finish(): void {
    const pairs = this.#names.pairs();
    const tail = Uint32Array.of(MAGIC, this.#count, pairs.length, this.#sink.sizeBytes);
    for (const words of [this.#ends.subarray(0, this.#count), pairs, tail]) {
      this.#sink.add(new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
    }
  }
}

/**
 * The packages a {@link PrimaryCacheWriter} was given, without descriptions, as the parts of an index; null when the bytes are of another
 * form. A package is read when it is asked for.
 */
export function parsePrimaryCache(source: ByteSource): IndexParts | null {
  const { sizeBytes } = source;
  if (sizeBytes < TAIL_WORDS * 4) return null;
  const [magic, count = 0, pairsLength = 0, textLength = 0] = wordsOf(source, sizeBytes - TAIL_WORDS * 4, TAIL_WORDS);
  const isOurs = magic === MAGIC && pairsLength % 2 === 0;
  if (!isOurs || sizeBytes !== textLength + (TAIL_WORDS + count + pairsLength) * 4) return null;
  const ends = wordsOf(source, textLength, count);
  const pairs = wordsOf(source, textLength + count * 4, pairsLength);
  const known: RpmPackage[] = [];
  const required = new Map<string, RpmDependency>();
  const load = (at: number): RpmPackage => {
    const end = ends[at];
    if (end === undefined) throw new Error(`no package ${at}`);
    const start = at === 0 ? 0 : (ends[at - 1] ?? 0);
    known[at] ??= packageOf(JSON.parse(source.read(start, end).toString('utf8')) as Row, required);
    return known[at];
  };
  return { count, pairs, package: load };
}

/** A copy, so that the words are aligned. */
function wordsOf(source: ByteSource, start: number, count: number): Uint32Array {
  return new Uint32Array(Uint8Array.from(source.read(start, start + count * 4)).buffer);
}

function rowOf(pkg: RpmPackage): Row {
  const { name, epoch, version, release, arch, location, locationBase, checksum, sizePackage, sizeInstalled } = pkg;
  const always = [name, epoch, version, release, arch, location, checksum.algorithm, checksum.hex] as const;
  const texts: Texts = locationBase === '' ? always : [...always, locationBase];
  const files = pkg.files.map((file) => (file.type === 'file' ? file.path : file));
  return [texts, [sizePackage, sizeInstalled], files, ...RPM_DEPENDENCY_KINDS.map((kind) => pkg[kind].map(formatCapability))];
}

function packageOf([texts, [sizePackage, sizeInstalled], files, ...lists]: Row, required: Map<string, RpmDependency>): RpmPackage {
  const [name, epoch, version, release, arch, location, algorithm, hex, locationBase = ''] = texts;
  if (!isDigestHex(algorithm as DigestAlgorithm, hex)) throw new Error(`kept metadata of ${name} has no digest`);
  const list = (kind: RpmDependencyKind) => (lists[RPM_DEPENDENCY_KINDS.indexOf(kind)] ?? []).map(parseCapability);
  return {
    ...{ name, epoch, version, release, arch, location, locationBase, checksum: { algorithm: algorithm as DigestAlgorithm, hex } },
    ...LEFT_OUT,
    ...{ sizePackage, sizeInstalled },
    files: files.map((file) => (typeof file === 'string' ? { path: file, type: 'file' } : file)),
    ...{
      provides: list('provides'),
      requires: list('requires').map((one) => sharedCapability(one, required)),
      conflicts: list('conflicts'),
      obsoletes: list('obsoletes'),
    },
    ...{ suggests: list('suggests'), enhances: list('enhances'), recommends: list('recommends'), supplements: list('supplements') },
  };
}

function formatCapability({ name, flags, epoch, version, release, pre }: RpmDependency): Capability {
  if (pre) return [name, flags, epoch, version, release, 1];
  return flags === '' ? name : [name, flags, epoch, version, release];
}

function parseCapability(capability: Capability): RpmDependency {
  if (typeof capability === 'string') return { name: capability, flags: '', epoch: '', version: '', release: '', pre: false };
  const [name, flags, epoch, version, release, pre] = capability;
  return { name, flags, epoch, version, release, pre: pre === 1 };
}

/** Hundreds of packages require the same: as one object, an answer found for one of them is remembered for all. */
function sharedCapability(capability: RpmDependency, known: Map<string, RpmDependency>): RpmDependency {
  const { name, flags, epoch, version, release, pre } = capability;
  const key = flags === '' && !pre ? name : `${name}\0${flags}\0${epoch}\0${version}\0${release}\0${pre}`;
  const first = known.get(key);
  if (first === undefined) known.set(key, capability);
  return first ?? capability;
}
