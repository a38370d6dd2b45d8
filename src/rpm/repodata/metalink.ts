/**
 * Reads metalinks: where repomd.xml lies, and the digests it and its recent predecessors have, so that a stale or forged mirror is noticed.
 * Spec: Metalink 3.0 (http://www.metalinker.org/) with MirrorManager's `mm0:alternates`, as librepo reads it: files of other names do not
 * count, and one that gives no digest is as good as a mirror list. Protocols other than http and https are left out.
 */
import { type Digest, isDigestHex } from '../../base/digest.ts';
import { AppError } from '../../base/errors.ts';
import type { ByteChunks } from '../package/byte-chunks.ts';
import { digestAlgorithm } from '../package/digest-names.ts';
import { scanXml, type XmlAttributes, type XmlHandler } from './scan-xml.ts';

/** One state repomd.xml may be in. */
export interface MetalinkFile {
  /** Strongest first. Never empty. */
  readonly digests: readonly Digest[];
  readonly sizeBytes: number | null;
  readonly timestampSec: number;
}

/** A whole metalink. */
export interface Metalink {
  /** The newest state first, then the alternates in document order. Empty when there is no digest that can be checked. */
  readonly files: readonly MetalinkFile[];
  /** Base URLs ending in `/`: most preferred first, document order among equals. Never empty. */
  readonly baseUrls: readonly string[];
}

const STRENGTH = ['sha512', 'sha384', 'sha256', 'sha224', 'sha1'] as const;
const SUFFIX = 'repodata/repomd.xml';

interface FileDraft {
  digests: Digest[];
  sizeBytes: number | null;
  timestampSec: number;
}

class MetalinkReader implements XmlHandler {
  readonly files: FileDraft[] = [];
  readonly urls: { base: string; preference: number }[] = [];
  #isRoot = false;
  #element = '';
  #type = '';
  #protocol = '';
  #preference = 0;

  open(name: string, attributes: XmlAttributes): boolean {
    this.#element = name;
    if (name === 'file') this.#isRoot = attributes.name === 'repomd.xml';
    if (!this.#isRoot) return false;
    if (name === 'file' || name === 'mm0:alternate') this.files.push({ digests: [], sizeBytes: null, timestampSec: 0 });
    this.#type = attributes.type ?? '';
    if (name === 'url') {
      this.#protocol = attributes.protocol ?? attributes.type ?? '';
      this.#preference = Number(attributes.preference ?? 0);
    }
    return name === 'url' || name === 'hash' || name === 'size' || name.endsWith('timestamp');
  }

  text(text: string): void {
    const value = text.trim();
    const file = this.files.at(-1);
    if (file === undefined) return;
    if (this.#element === 'hash') this.#hash(file, value.toLowerCase());
    else if (this.#element === 'url') this.#url(value);
    else if (/^\d{1,15}$/.test(value)) {
      if (this.#element === 'size') file.sizeBytes = Number(value);
      else file.timestampSec = Number(value);
    }
  }

  #hash(file: FileDraft, hex: string): void {
    const algorithm = digestAlgorithm(this.#type.toLowerCase().replace('-', ''));
    if (algorithm !== null && isDigestHex(algorithm, hex)) file.digests.push({ algorithm, hex });
  }

  #url(value: string): void {
    if (!/^https?$/.test(this.#protocol) || !/^https?:/.test(value) || !value.endsWith(SUFFIX) || !URL.canParse(value)) return;
    this.urls.push({ base: value.slice(0, -SUFFIX.length), preference: Number.isFinite(this.#preference) ? this.#preference : 0 });
  }

  close(): void {}
}

/**
 * Reads the metalink of a repository.
 *
 * @throws {AppError} `INDEX_INVALID` when it is malformed or names no http or https mirror; `INDEX_TOO_LARGE` beyond 4 MiB.
 */
export async function parseMetalink(bytes: ByteChunks, options: { readonly source: string }): Promise<Metalink> {
  const reader = new MetalinkReader();
  await scanXml(bytes, reader, { source: options.source, maxBytes: 4 << 20 });
  const files = reader.files.filter((file) => file.digests.length > 0);
  for (const file of files) file.digests.sort((a, b) => STRENGTH.indexOf(a.algorithm) - STRENGTH.indexOf(b.algorithm));
  const baseUrls = [...new Set(reader.urls.sort((a, b) => b.preference - a.preference).map((url) => url.base))];
  if (baseUrls.length === 0) throw new AppError('INDEX_INVALID', `${options.source} lists no http or https mirror of repomd.xml`);
  return { files, baseUrls };
}
