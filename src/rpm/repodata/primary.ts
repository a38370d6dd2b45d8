/**
 * Reads primary.xml: what every package is, requires and provides. Spec: the generator, createrepo_c
 * (https://github.com/rpm-software-management/createrepo_c), and rpm-metadata(5). Checked as strictly as libsolv needs it, and streamed.
 */
import { type DigestAlgorithm, isDigestHex } from '../../base/digest.ts';
import type { ByteChunks } from '../package/byte-chunks.ts';
import { digestAlgorithm } from '../package/digest-names.ts';
import type { RpmDependency, RpmDependencyKind, RpmFile, RpmFileType, RpmFlags, RpmPackage } from '../package/rpm-package.ts';
import { formatNevra, RPM_DEPENDENCY_KINDS } from '../package/rpm-package.ts';
import { Faults } from './faults.ts';
import { locationBaseFault, locationFault, normalizeLocation } from './location.ts';
import { scanXml, type XmlAttributes, type XmlHandler } from './scan-xml.ts';
import { type Keeping, PASSING, StringPool } from './string-pool.ts';

/** What a reader of metadata is told about its document. */
export interface MetadataOptions {
  /** Names upstream and file in messages: `baseos primary.xml`. */
  readonly source: string;
  /** Most bytes of the decompressed document. Default 2 GiB: callers pass the open-size that repomd.xml gives. */
  readonly maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 2 ** 31;

const NONE: readonly never[] = Object.freeze([]);

/** A package while its element is open. One object is reused for all of them. */
interface Draft {
  name: string;
  arch: string;
  epoch: string;
  version: string;
  release: string;
  algorithm: DigestAlgorithm | null;
  hex: string;
  location: string;
  locationBase: string;
  summary: string;
  description: string;
  url: string;
  packager: string;
  vendor: string;
  license: string;
  group: string;
  buildhost: string;
  sourceRpm: string;
  timeFile: number;
  timeBuild: number;
  sizePackage: number;
  sizeInstalled: number;
  sizeArchive: number;
  headerStart: number;
  headerEnd: number;
  files: RpmFile[];
  lists: Record<RpmDependencyKind, readonly RpmDependency[]>;
}

function newDraft(): Draft {
  return {
    ...{ name: '', arch: '', epoch: '', version: '', release: '', algorithm: null, hex: '', location: '', locationBase: '' },
    ...{ summary: '', description: '', url: '', packager: '', vendor: '', license: '', group: '', buildhost: '', sourceRpm: '' },
    ...{ timeFile: 0, timeBuild: 0, sizePackage: 0, sizeInstalled: 0, sizeArchive: 0, headerStart: 0, headerEnd: 0, files: [] },
    lists: {
      ...{ provides: NONE, requires: NONE, conflicts: NONE, obsoletes: NONE },
      ...{ suggests: NONE, enhances: NONE, recommends: NONE, supplements: NONE },
    },
  };
}

const UNSAFE_IN_NAME = /[\s/\\<>"\u0000-\u001f\u007f]/;
const FLAGS: ReadonlySet<string> = new Set(['EQ', 'LT', 'LE', 'GT', 'GE']);
const LISTS: ReadonlyMap<string, RpmDependencyKind> = new Map(RPM_DEPENDENCY_KINDS.map((kind) => [`rpm:${kind}`, kind]));
/** Elements whose text is needed to choose packages, and those that describe them. */
const CHOOSING = ['name', 'arch', 'checksum', 'file'];
const DESCRIBING = [
  'summary',
  'description',
  'packager',
  'url',
  'rpm:license',
  'rpm:vendor',
  'rpm:group',
  'rpm:buildhost',
  'rpm:sourcerpm',
];

/** The state between two elements of primary.xml. */
class PrimaryReader implements XmlHandler {
  readonly #faults: Faults;
  readonly #take: (pkg: RpmPackage) => void;
  readonly #pool: Keeping;
  readonly #texts: ReadonlySet<string>;
  #declaredCount: number | null = null;
  #count = 0;
  #draft: Draft = newDraft();
  #inPackage = false;
  #list: RpmDependency[] | null = null;
  #fileType: RpmFileType = 'file';
  #element = '';

  constructor(faults: Faults, take: (pkg: RpmPackage) => void, pool: Keeping, texts: readonly string[]) {
    this.#faults = faults;
    this.#take = take;
    this.#pool = pool;
    this.#texts = new Set(texts);
  }

  open(name: string, attributes: XmlAttributes, depth: number): boolean {
    if (depth === 1) this.#openRoot(name, attributes);
    else if (depth === 2) {
      this.#inPackage = name === 'package' && (attributes.type ?? 'rpm') === 'rpm';
      if (this.#inPackage) this.#draft = newDraft();
    } else if (this.#inPackage) {
      if (name === 'rpm:entry') this.#entry(attributes);
      else return this.#openField(name, attributes);
    }
    return false;
  }

  #openRoot(name: string, attributes: XmlAttributes): void {
    if (name !== 'metadata') this.#faults.add(`its root is <${name}>, not <metadata>`);
    const count = attributes.packages;
    if (count !== undefined && /^\d{1,9}$/.test(count)) this.#declaredCount = Number(count);
    else this.#faults.add('the root says no number of packages');
  }

  #openField(name: string, attributes: XmlAttributes): boolean {
    const draft = this.#draft;
    this.#element = name;
    switch (name) {
      case 'version':
        draft.epoch = this.#pool.share(attributes.epoch ?? '0');
        draft.version = this.#pool.share(attributes.ver ?? '');
        draft.release = this.#pool.share(attributes.rel ?? '');
        return false;
      case 'checksum':
        draft.algorithm = digestAlgorithm(attributes.type ?? '');
        return true;
      case 'file':
        this.#fileType = fileType(attributes.type);
        return true;
      case 'time':
        draft.timeFile = this.#number(attributes.file, 'time file');
        draft.timeBuild = this.#number(attributes.build, 'time build');
        return false;
      case 'size':
        draft.sizePackage = this.#number(attributes.package, 'size package');
        draft.sizeInstalled = this.#number(attributes.installed, 'size installed');
        draft.sizeArchive = this.#number(attributes.archive, 'size archive');
        return false;
      case 'location':
        this.#location(attributes);
        return false;
      case 'rpm:header-range':
        draft.headerStart = this.#number(attributes.start, 'header-range start');
        draft.headerEnd = this.#number(attributes.end, 'header-range end');
        return false;
      default:
        return this.#openList(name) ? false : this.#texts.has(name);
    }
  }

  #openList(name: string): boolean {
    const kind = LISTS.get(name);
    if (kind === undefined) return false;
    this.#list = [...this.#draft.lists[kind]];
    this.#draft.lists[kind] = this.#list;
    return true;
  }

  #entry(attributes: XmlAttributes): void {
    const name = attributes.name ?? '';
    const flags = attributes.flags ?? '';
    const version = flags === '' ? '' : (attributes.ver ?? '');
    if (this.#list === null || name === '') this.#fault('has a dependency without a name or outside a list');
    else if (flags !== '' && (!FLAGS.has(flags) || version === ''))
      this.#fault(`has the dependency "${name}" with flags but no usable version`);
    else if (flags === '') this.#list.push(this.#pool.dependency(name, '', '', '', '', attributes.pre === '1'));
    else {
      const { epoch = '', rel = '', pre } = attributes;
      if (epoch !== '' && !/^\d+$/.test(epoch)) this.#fault(`has the dependency "${name}" with the epoch "${epoch}"`);
      this.#list.push(this.#pool.dependency(name, flags as RpmFlags, epoch, version, rel, pre === '1'));
    }
  }

  #location(attributes: XmlAttributes): void {
    const { href = '' } = attributes;
    const base = attributes['xml:base'] ?? '';
    const fault = locationFault(href) ?? (base === '' ? null : locationBaseFault(base));
    if (fault !== null) this.#fault(`has the location "${href}": ${fault}`);
    this.#draft.location = this.#pool.keep(normalizeLocation(href));
    this.#draft.locationBase = this.#pool.share(base);
  }

  #number(text: string | undefined, what: string): number {
    if (text === undefined || text === '') return 0;
    const value = Number(text);
    if (/^-?\d+$/.test(text) && Number.isSafeInteger(value)) return Math.max(0, value);
    this.#fault(`says ${what}="${text}", which is no number`);
    return 0;
  }

  text(text: string): void {
    const draft = this.#draft;
    switch (this.#element) {
      case 'file':
        draft.files.push({ path: this.#pool.keep(text), type: this.#fileType });
        break;
      case 'name':
        draft.name = this.#pool.keep(text);
        break;
      case 'arch':
        draft.arch = this.#pool.share(text);
        break;
      case 'checksum':
        draft.hex = this.#pool.keep(text.trim());
        break;
      case 'summary':
        draft.summary = this.#pool.keep(text);
        break;
      case 'description':
        draft.description = this.#pool.keep(text);
        break;
      case 'url':
        draft.url = this.#pool.share(text);
        break;
      default:
        this.#repeatedText(text);
    }
  }

  /** Texts that many packages have in common. */
  #repeatedText(text: string): void {
    const draft = this.#draft;
    const shared = this.#pool.share(text);
    if (this.#element === 'packager') draft.packager = shared;
    else if (this.#element === 'rpm:license') draft.license = shared;
    else if (this.#element === 'rpm:vendor') draft.vendor = shared;
    else if (this.#element === 'rpm:group') draft.group = shared;
    else if (this.#element === 'rpm:buildhost') draft.buildhost = shared;
    else if (this.#element === 'rpm:sourcerpm') draft.sourceRpm = shared;
  }

  close(name: string, depth: number): void {
    if (depth === 2 && this.#inPackage) this.#closePackage();
    else if (LISTS.has(name)) this.#list = null;
    else if (depth === 1) this.#checkCount();
  }

  #closePackage(): void {
    const draft = this.#draft;
    this.#inPackage = false;
    this.#count += 1;
    const missing = (['name', 'arch', 'version', 'release', 'location'] as const).filter((field) => draft[field] === '');
    if (missing.length > 0) this.#fault(`has no ${missing.join(', no ')}`);
    if (UNSAFE_IN_NAME.test(`${draft.name}${draft.arch}`)) this.#fault('has a name or arch with characters no package has');
    if (!/^\d{1,10}$/.test(draft.epoch)) this.#fault(`has the epoch "${draft.epoch}"`);
    const { algorithm, hex, lists, files, ...rest } = draft;
    if (algorithm === null || !isDigestHex(algorithm, hex)) {
      this.#fault('has no checksum of a kind that can be checked (sha256, sha512, sha384, sha224, sha)');
      return;
    }
    this.#take({ ...rest, ...lists, checksum: { algorithm, hex }, files: files.length === 0 ? NONE : files });
  }

  #checkCount(): void {
    if (this.#declaredCount === null || this.#declaredCount === this.#count) return;
    this.#faults.add(`it announces ${this.#declaredCount} packages and holds ${this.#count}`);
  }

  #fault(what: string): void {
    const { name } = this.#draft;
    this.#faults.add(`package ${name === '' ? `number ${this.#count}` : formatNevra(this.#draft)} ${what}`);
  }
}

/** The type of a path, from the attribute's value. */
export function fileType(attribute: string | undefined): RpmFileType {
  return attribute === 'dir' || attribute === 'ghost' ? attribute : 'file';
}

/**
 * The packages of a primary.xml, in its order. Elements of other types than `rpm` are passed over.
 *
 * @throws {AppError} `INDEX_INVALID` when the XML is malformed, the announced number of packages is wrong, or a package lacks a field, has
 * an unusable checksum or a location outside the upstream (up to ten faults are listed); `INDEX_TOO_LARGE` beyond `maxBytes`.
 */
export async function parsePrimary(bytes: ByteChunks, options: MetadataOptions): Promise<RpmPackage[]> {
  const packages: RpmPackage[] = [];
  const take = (pkg: RpmPackage) => packages.push(pkg);
  await readPrimary(bytes, (faults) => new PrimaryReader(faults, take, new StringPool(), [...CHOOSING, ...DESCRIBING]), options);
  return packages;
}

/**
 * Hands over one package after the other, with descriptions and the like left empty: what choosing packages takes. A package that is not
 * kept costs no memory. When it throws, what was handed over before counts for nothing.
 *
 * @throws {AppError} as {@link parsePrimary}.
 */
export async function scanPrimary(bytes: ByteChunks, take: (pkg: RpmPackage) => void, options: MetadataOptions): Promise<void> {
  await readPrimary(bytes, (faults) => new PrimaryReader(faults, take, PASSING, CHOOSING), options);
}

async function readPrimary(bytes: ByteChunks, readerFor: (faults: Faults) => PrimaryReader, options: MetadataOptions): Promise<void> {
  const faults = new Faults(options.source);
  await scanXml(bytes, readerFor(faults), { source: options.source, maxBytes: options.maxBytes ?? DEFAULT_MAX_BYTES });
  faults.throwIfAny('INDEX_INVALID');
}
