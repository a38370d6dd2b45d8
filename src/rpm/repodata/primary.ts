/**
 * Reads primary.xml: what every package is, requires and provides. Spec: the generator, createrepo_c
 * (https://github.com/rpm-software-management/createrepo_c), rpm-metadata(5), and what libsolv's `repo_rpmmd.c` makes of it. Streamed. A
 * package that cannot be used costs itself: it is left out, and the faults say which and why.
 */
import type { ByteChunks } from '../package/byte-chunks.ts';
import { digestAlgorithm, isWeakDigest } from '../package/digest-names.ts';
import type { RpmDependency, RpmDependencyKind, RpmFileType, RpmFlags, RpmPackage } from '../package/rpm-package.ts';
import { formatNevra, RPM_DEPENDENCY_KINDS } from '../package/rpm-package.ts';
import { Faults } from './faults.ts';
import { hasCredentials, parseLocation } from './location.ts';
import { finishDraft, newDraft, type PackageDraft } from './package-draft.ts';
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
  readonly #faults = new Faults();
  readonly #take: (pkg: RpmPackage) => void;
  readonly #pool: Keeping;
  readonly #texts: ReadonlySet<string>;
  #declaredCount: number | null = null;
  #count = 0;
  #weakCount = 0;
  #draft: PackageDraft = newDraft();
  #inPackage = false;
  /** Why the open package is left out; null while there is no reason. */
  #unusable: string | null = null;
  /** Depth of an open element whose children mean nothing: one nobody knows, or one that holds text only. 0 when there is none. */
  #leafDepth = 0;
  #list: RpmDependency[] | null = null;
  #kind: RpmDependencyKind = 'provides';
  #fileType: RpmFileType = 'file';
  #element = '';

  constructor(take: (pkg: RpmPackage) => void, pool: Keeping, texts: readonly string[]) {
    this.#take = take;
    this.#pool = pool;
    this.#texts = new Set(texts);
  }

  /** What is wrong with records of the document, once it has been read. */
  faults(): readonly string[] {
    return this.#faults.list();
  }

  open(name: string, attributes: XmlAttributes, depth: number): boolean {
    if (this.#leafDepth > 0) return false;
    if (depth === 1) this.#openRoot(name, attributes);
    else if (depth === 2 && name === 'package' && attributes.pkgid === undefined) this.#openPackage();
    else if (this.#list !== null && name === 'rpm:entry') {
      this.#leafDepth = depth;
      this.#entry(this.#list, attributes);
    } else if (!this.#inPackage || this.#list !== null) this.#leafDepth = depth;
    else if (name !== 'format' && !this.#openList(name)) {
      this.#leafDepth = depth;
      return this.#openField(name, attributes);
    }
    return false;
  }

  #openRoot(name: string, attributes: XmlAttributes): void {
    if (name !== 'metadata') {
      this.#leafDepth = 1;
      this.#faults.add(`its root is <${name}>, not <metadata>, so it holds no package`);
      return;
    }
    const count = attributes.packages ?? '';
    if (/^\d{1,9}$/.test(count)) this.#declaredCount = Number(count);
  }

  #openPackage(): void {
    this.#inPackage = true;
    this.#count += 1;
    this.#unusable = null;
    this.#draft = newDraft();
  }

  #openField(name: string, attributes: XmlAttributes): boolean {
    const draft = this.#draft;
    this.#element = name;
    switch (name) {
      case 'version':
        draft.epoch = this.#pool.share(attributes.epoch ?? '');
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
        draft.timeFile = numberOf(attributes.file);
        draft.timeBuild = numberOf(attributes.build);
        return false;
      case 'size':
        draft.sizePackage = numberOf(attributes.package);
        draft.sizeInstalled = numberOf(attributes.installed);
        draft.sizeArchive = numberOf(attributes.archive);
        return false;
      case 'location':
        this.#location(attributes);
        return false;
      case 'rpm:header-range':
        draft.headerStart = numberOf(attributes.start);
        draft.headerEnd = numberOf(attributes.end);
        return false;
      default:
        return this.#texts.has(name);
    }
  }

  /** A list that stands there again replaces the first, as libsolv has it. */
  #openList(name: string): boolean {
    const kind = LISTS.get(name);
    if (kind === undefined) return false;
    this.#kind = kind;
    this.#list = [];
    this.#draft.lists[kind] = this.#list;
    return true;
  }

  /** An entry without a name asks for nothing. One that cannot be compared holds for no version: nobody can install what requires it. */
  #entry(list: RpmDependency[], { name = '', flags, ver = '', rel = '', epoch = '', pre }: XmlAttributes): void {
    if (name === '') this.#tell('has a dependency without a name, which is passed over');
    else if (flags === undefined) list.push(this.#pool.dependency(name, '', '', '', '', pre === '1'));
    else if (FLAGS.has(flags) && ver !== '' && /^\d*$/.test(epoch)) {
      list.push(this.#pool.dependency(name, flags as RpmFlags, epoch, ver, rel, pre === '1'));
    } else if (this.#kind === 'requires') this.#drop(`it requires ${name} with flags "${flags}" and version "${epoch}:${ver}"`);
    else this.#tell(`has ${name} in its ${this.#kind} with flags "${flags}" and version "${epoch}:${ver}", which is passed over`);
  }

  #location({ href = '', 'xml:base': base = '' }: XmlAttributes): void {
    const found = parseLocation(href, base);
    if (typeof found === 'string') this.#drop(`its location is "${href}"${base === '' ? '' : ` below "${base}"`}: ${found}`);
    else {
      this.#draft.location = this.#pool.keep(found.path);
      this.#draft.locationBase = this.#pool.share(found.base);
      if (hasCredentials(base))
        this.#tell('has a user or password in its xml:base, which is left out: name them in the URL of the upstream');
    }
  }

  text(text: string): void {
    const draft = this.#draft;
    switch (this.#element) {
      case 'file':
        draft.files.push({ path: this.#pool.keep(text.startsWith('/') ? text : `/${text}`), type: this.#fileType });
        break;
      case 'name':
        draft.name = this.#pool.keep(text);
        break;
      case 'arch':
        draft.arch = this.#pool.share(text);
        break;
      case 'checksum':
        draft.hex = this.#pool.keep(text.trim().toLowerCase());
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
    if (this.#leafDepth > 0) {
      if (depth === this.#leafDepth) this.#leafDepth = 0;
    } else if (depth === 2 && this.#inPackage) this.#closePackage();
    else if (LISTS.has(name)) this.#list = null;
    else if (depth === 1) this.#close();
  }

  #closePackage(): void {
    const draft = this.#draft;
    this.#inPackage = false;
    if (draft.arch === '') draft.arch = 'noarch';
    if (draft.epoch === '') draft.epoch = '0';
    const { name, epoch, version, release } = draft;
    const made = this.#unusable ?? finishDraft(draft, this.#pool.dependency(name, 'EQ', epoch, version, release, false));
    if (typeof made === 'string') this.#faults.add(`package ${this.#label()} is left out: ${made}`);
    else {
      if (isWeakDigest(made.checksum.algorithm)) this.#weakCount += 1;
      this.#take(made);
    }
  }

  #close(): void {
    if (this.#weakCount > 0) this.#faults.add(`it vouches for ${this.#weakCount} packages with SHA-1 only`);
    if (this.#declaredCount === null || this.#declaredCount === this.#count) return;
    this.#faults.add(`it announces ${this.#declaredCount} packages and holds ${this.#count}`);
  }

  #drop(why: string): void {
    this.#unusable ??= why;
  }

  #tell(what: string): void {
    this.#faults.add(`package ${this.#label()} ${what}`);
  }

  #label(): string {
    return this.#draft.name === '' ? `number ${this.#count}` : formatNevra(this.#draft);
  }
}

/** Sizes and times only describe: what is no number is 0, as where there is none. */
function numberOf(text: string | undefined): number {
  const value = Number(text);
  return text !== undefined && /^\d+$/.test(text) && Number.isSafeInteger(value) ? value : 0;
}

/** The type of a path, from the attribute's value. */
export function fileType(attribute: string | undefined): RpmFileType {
  return attribute === 'dir' || attribute === 'ghost' ? attribute : 'file';
}

/**
 * The packages of a primary.xml, in its order, without those that cannot be used.
 *
 * @throws {AppError} `INDEX_INVALID` when the XML is malformed; `INDEX_TOO_LARGE` beyond `maxBytes`.
 */
export async function parsePrimary(bytes: ByteChunks, options: MetadataOptions): Promise<RpmPackage[]> {
  const packages: RpmPackage[] = [];
  await readPrimary(bytes, new PrimaryReader((pkg) => packages.push(pkg), new StringPool(), [...CHOOSING, ...DESCRIBING]), options);
  return packages;
}

/**
 * Hands over one package after the other, with descriptions and the like left empty: what choosing packages takes. A package that is not
 * kept costs no memory. When it throws, what was handed over before counts for nothing.
 *
 * @returns sentences about packages that are left out and about what else is odd, at most ten and how many more there are.
 * @throws {AppError} as {@link parsePrimary}.
 */
export async function scanPrimary(
  bytes: ByteChunks,
  take: (pkg: RpmPackage) => void,
  options: MetadataOptions,
): Promise<readonly string[]> {
  return readPrimary(bytes, new PrimaryReader(take, PASSING, CHOOSING), options);
}

async function readPrimary(bytes: ByteChunks, reader: PrimaryReader, options: MetadataOptions): Promise<readonly string[]> {
  await scanXml(bytes, reader, { source: options.source, maxBytes: options.maxBytes ?? DEFAULT_MAX_BYTES });
  return reader.faults();
}
