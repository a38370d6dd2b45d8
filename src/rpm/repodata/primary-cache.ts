/**
 * Packages of a primary.xml as they are kept between runs: a table of hashed names, then one line of JSON per package, read when the
 * package is asked for. What choosing packages does not need (descriptions and the like) is left out and comes back empty. Integrity is the
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
export const PRIMARY_CACHE_VERSION = 4;

const MAGIC = 0x52_50_43_32;
const HEADER_WORDS = 4;

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

/** Takes packages one by one and makes the bytes of them. */
export class PrimaryCacheWriter {
  readonly #names = new NameList(1 << 18);
  readonly #rows: Buffer[] = [];
  #sizeBytes = 0;

  /** Source packages are left out. */
  add(pkg: RpmPackage): void {
    if (!isInstallable(pkg)) return;
    pushNames(this.#names, pkg, this.#rows.length);
    const row = Buffer.from(JSON.stringify(rowOf(pkg)));
    this.#rows.push(row);
    this.#sizeBytes += row.length;
  }

  /** What {@link parsePrimaryCache} reads. */
  bytes(): Buffer {
    const ends = new Uint32Array(this.#rows.length);
    let end = 0;
    for (const [at, row] of this.#rows.entries()) {
      end += row.length;
      ends[at] = end;
    }
    const pairs = this.#names.pairs();
    const header = Uint32Array.of(MAGIC, ends.length, pairs.length, this.#sizeBytes);
    const words = [header, ends, pairs].map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength));
    return Buffer.concat([...words, ...this.#rows]);
  }
}

/**
 * The packages a {@link PrimaryCacheWriter} was given, without descriptions, as the parts of an index; null when the bytes are of another
 * form.
 */
export function parsePrimaryCache(bytes: Buffer): IndexParts | null {
  if (bytes.length < HEADER_WORDS * 4) return null;
  const [magic, count = 0, pairsLength = 0, textLength = 0] = wordsOf(bytes, 0, HEADER_WORDS);
  const textStart = (HEADER_WORDS + count + pairsLength) * 4;
  if (magic !== MAGIC || pairsLength % 2 !== 0 || bytes.length !== textStart + textLength) return null;
  const ends = wordsOf(bytes, HEADER_WORDS, count);
  const pairs = wordsOf(bytes, HEADER_WORDS + count, pairsLength);
  const known: RpmPackage[] = [];
  const required = new Map<string, RpmDependency>();
  const load = (at: number): RpmPackage => {
    const end = ends[at];
    if (end === undefined) throw new Error(`no package ${at}`);
    const start = at === 0 ? 0 : (ends[at - 1] ?? 0);
    known[at] ??= packageOf(JSON.parse(bytes.toString('utf8', textStart + start, textStart + end)) as Row, required);
    return known[at];
  };
  return { count, pairs, package: load };
}

/** A copy, so that the words are aligned. */
function wordsOf(bytes: Buffer, firstWord: number, count: number): Uint32Array {
  return new Uint32Array(Uint8Array.from(bytes.subarray(firstWord * 4, (firstWord + count) * 4)).buffer);
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
