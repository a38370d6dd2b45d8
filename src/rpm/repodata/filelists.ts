/**
 * Reads filelists.xml: every path of every package, for the few paths that Requires name and primary.xml does not hold. Spec:
 * rpm-metadata(5) and createrepo_c. Only what the caller wants is kept, so memory stays small however long the document is. What names no
 * package of primary.xml adds nothing, as dnf has it; so does a wrong number of packages.
 */
import type { ByteChunks } from '../package/byte-chunks.ts';
import type { RpmFile, RpmFileType } from '../package/rpm-package.ts';
import { fileType, type MetadataOptions } from './primary.ts';
import { scanXml, type XmlAttributes, type XmlHandler } from './scan-xml.ts';
import { detach } from './string-pool.ts';

/** True for the paths to keep. `pkgid` is the hex of the package's checksum. */
export type WantedFile = (path: string, pkgid: string) => boolean;

class FilelistsReader implements XmlHandler {
  readonly files = new Map<string, RpmFile[]>();
  readonly #wanted: WantedFile;
  #pkgid = '';
  #kept: RpmFile[] = [];
  #type: RpmFileType = 'file';

  constructor(wanted: WantedFile) {
    this.#wanted = wanted;
  }

  open(name: string, attributes: XmlAttributes, depth: number): boolean {
    if (depth === 3 && name === 'file') {
      this.#type = fileType(attributes.type);
      return true;
    }
    if (depth === 2) {
      this.#pkgid = name === 'package' ? detach((attributes.pkgid ?? '').toLowerCase()) : '';
      this.#kept = [];
    }
    return false;
  }

  text(path: string): void {
    if (this.#wanted(path, this.#pkgid)) this.#kept.push({ path: detach(path), type: this.#type });
  }

  close(name: string, depth: number): void {
    if (depth === 2 && name === 'package' && this.#kept.length > 0) this.files.set(this.#pkgid, this.#kept);
  }
}

/**
 * The wanted paths of a filelists.xml by pkgid. Packages without a wanted path are absent.
 *
 * @throws {AppError} `INDEX_INVALID` when the XML is malformed; `INDEX_TOO_LARGE` beyond `maxBytes` (default 4 GiB).
 */
export async function parseFilelists(bytes: ByteChunks, wanted: WantedFile, options: MetadataOptions): Promise<Map<string, RpmFile[]>> {
  const reader = new FilelistsReader(wanted);
  await scanXml(bytes, reader, { source: options.source, maxBytes: options.maxBytes ?? 2 ** 32 });
  return reader.files;
}
