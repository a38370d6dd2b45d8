/**
 * Packages of a primary.xml as they are kept between runs: what choosing packages needs, in JSON with every capability once. Reading it takes a
 * tenth of the time the XML takes. Descriptions and the like are left out; they come back empty.
 */
import { type DigestAlgorithm, isDigestHex } from '../base/digest.ts';
import { RPM_DEPENDENCY_KINDS, type RpmDependency, type RpmDependencyKind, type RpmFile, type RpmFlags, type RpmPackage } from './types.ts';

/** Part of the key of a kept file: changes whenever the form or what it is made of does. */
export const PRIMARY_CACHE_VERSION = 1;

type Texts = readonly [
  name: string,
  epoch: string,
  version: string,
  release: string,
  arch: string,
  location: string,
  algorithm: string,
  hex: string,
];
type Numbers = readonly [sizePackage: number, sizeInstalled: number];
type Row = readonly [Texts, Numbers, files: readonly (string | RpmFile)[], ...lists: readonly (readonly number[])[]];
type Capability = readonly [name: string, flags?: RpmFlags, epoch?: string, version?: string, release?: string, pre?: 1];

interface Kept {
  readonly capabilities: readonly Capability[];
  readonly packages: readonly Row[];
}

const LEFT_OUT = {
  ...{
    locationBase: '',
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

/** The packages as bytes. Packages with a base URL of their own must have been dealt with before. */
export function formatPrimaryCache(packages: readonly RpmPackage[]): Buffer {
  const numbers = new Map<RpmDependency, number>();
  const numberOf = (dependency: RpmDependency): number => {
    const known = numbers.get(dependency);
    if (known !== undefined) return known;
    numbers.set(dependency, numbers.size);
    return numbers.size - 1;
  };
  const rows = packages.map((pkg): Row => {
    const { name, epoch, version, release, arch, location, checksum, sizePackage, sizeInstalled } = pkg;
    const texts: Texts = [name, epoch, version, release, arch, location, checksum.algorithm, checksum.hex];
    const files = pkg.files.map((file) => (file.type === 'file' ? file.path : file));
    return [texts, [sizePackage, sizeInstalled], files, ...RPM_DEPENDENCY_KINDS.map((kind) => pkg[kind].map(numberOf))];
  });
  const kept: Kept = { capabilities: [...numbers.keys()].map(formatCapability), packages: rows };
  return Buffer.from(JSON.stringify(kept));
}

/** What {@link formatPrimaryCache} was given, without descriptions; null when the bytes are of another form. */
export function parsePrimaryCache(bytes: Uint8Array): RpmPackage[] | null {
  try {
    const { capabilities, packages } = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')) as Kept;
    const shared = capabilities.map(parseCapability);
    return packages.map((row) => parseRow(row, shared));
  } catch {
    return null;
  }
}

function formatCapability({ name, flags, epoch, version, release, pre }: RpmDependency): Capability {
  if (pre) return [name, flags, epoch, version, release, 1];
  return flags === '' ? [name] : [name, flags, epoch, version, release];
}

function parseCapability([name, flags = '', epoch = '', version = '', release = '', pre]: Capability): RpmDependency {
  return { name, flags, epoch, version, release, pre: pre === 1 };
}

function parseRow([texts, [sizePackage, sizeInstalled], files, ...lists]: Row, shared: readonly RpmDependency[]): RpmPackage {
  const [name, epoch, version, release, arch, location, algorithm, hex] = texts;
  if (!isDigestHex(algorithm as DigestAlgorithm, hex)) throw new Error('not a digest');
  const list = (kind: RpmDependencyKind) =>
    (lists[RPM_DEPENDENCY_KINDS.indexOf(kind)] ?? []).map((number) => {
      const dependency = shared[number];
      if (dependency === undefined) throw new Error('no such capability');
      return dependency;
    });
  return {
    ...{ name, epoch, version, release, arch, location, checksum: { algorithm: algorithm as DigestAlgorithm, hex } },
    ...LEFT_OUT,
    ...{ sizePackage, sizeInstalled },
    files: files.map((file) => (typeof file === 'string' ? { path: file, type: 'file' } : file)),
    ...{ provides: list('provides'), requires: list('requires'), conflicts: list('conflicts'), obsoletes: list('obsoletes') },
    ...{ suggests: list('suggests'), enhances: list('enhances'), recommends: list('recommends'), supplements: list('supplements') },
  };
}
