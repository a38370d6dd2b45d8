/**
 * Reads filelists.xml: every path of every package, for the few paths that Requires name and primary.xml does not hold. Spec:
 * rpm-metadata(5) and createrepo_c. Only what the caller wants is kept, so memory stays small however long the document is.
 */
import type { ByteChunks } from '../package/byte-chunks.ts';
import type { RpmFile, RpmFileType } from '../package/rpm-package.ts';
import { Faults } from './faults.ts';
import { fileType, type MetadataOptions } from './primary.ts';
import { scanXml, type XmlAttributes, type XmlHandler } from './scan-xml.ts';
import { detach } from './string-pool.ts';

/** True for the paths to keep. `pkgid` is the hex of the package's checksum. */
export type WantedFile = (path: string, pkgid: string) => boolean;

class FilelistsReader implements XmlHandler {
  readonly files = new Map<string, RpmFile[]>();
  readonly #faults: Faults;
  readonly #wanted: WantedFile;
  #declaredCount = -1;
  #count = 0;
  #pkgid = '';
  #kept: RpmFile[] = [];
  #type: RpmFileType = 'file';

  constructor(faults: Faults, wanted: WantedFile) {
    this.#faults = faults;
    this.#wanted = wanted;
  }

  open(name: string, attributes: XmlAttributes, depth: number): boolean {
    if (depth === 3 && name === 'file') {
      this.#type = fileType(attributes.type);
      return true;
    }
    if (depth === 2 && name === 'package') this.#openPackage(attributes);
    if (depth === 1) {
      if (name !== 'filelists') this.#faults.add(`its root is <${name}>, not <filelists>`);
      this.#declaredCount = Number(attributes.packages ?? Number.NaN);
    }
    return false;
  }

  #openPackage(attributes: XmlAttributes): void {
    this.#count += 1;
    this.#pkgid = detach(attributes.pkgid ?? '');
    this.#kept = [];
    if (!/^[0-9a-f]{40,128}$/.test(this.#pkgid)) this.#faults.add(`package ${attributes.name ?? `number ${this.#count}`} has no pkgid`);
  }

  text(path: string): void {
    if (this.#wanted(path, this.#pkgid)) this.#kept.push({ path: detach(path), type: this.#type });
  }

  close(name: string, depth: number): void {
    if (depth === 2 && name === 'package' && this.#kept.length > 0) this.files.set(this.#pkgid, this.#kept);
    if (depth === 1 && this.#declaredCount !== this.#count) {
      this.#faults.add(`it announces ${this.#declaredCount} packages and holds ${this.#count}`);
    }
  }
}

/**
 * The wanted paths of a filelists.xml by pkgid. Packages without a wanted path are absent.
 *
 * @throws {AppError} `INDEX_INVALID` when the XML is malformed, the announced number of packages is wrong or a package has no pkgid;
 * `INDEX_TOO_LARGE` beyond `maxBytes` (default 4 GiB).
 */
export async function parseFilelists(bytes: ByteChunks, wanted: WantedFile, options: MetadataOptions): Promise<Map<string, RpmFile[]>> {
  const faults = new Faults(options.source);
  const reader = new FilelistsReader(faults, wanted);
  await scanXml(bytes, reader, { source: options.source, maxBytes: options.maxBytes ?? 2 ** 32 });
  faults.throwIfAny('INDEX_INVALID');
  return reader.files;
}
