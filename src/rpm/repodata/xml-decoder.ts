/**
 * The bytes of an XML document as text, in the encodings that every parser of XML knows without help (https://www.w3.org/TR/xml/, 4.3.3 and
 * appendix F), which are the ones libsolv reads.
 */

/** What a document says of itself → what `TextDecoder` calls it. UTF-16 is known by its first bytes. */
const LABELS: ReadonlyMap<string, string> = new Map([
  ['utf-8', 'utf-8'],
  ['us-ascii', 'utf-8'],
  ['iso-8859-1', 'latin1'],
  ['utf-16', 'utf-16'],
]);

/** Within so many bytes the declaration has said its encoding. */
const HEAD_BYTES = 256;

/** Decodes one document piece by piece. */
export class XmlDecoder {
  #head: Buffer | null = Buffer.alloc(0);
  #decoder = new TextDecoder();

  /**
   * The text of the next bytes, `undefined` at the end of the document. The first bytes are held back until the encoding is known.
   *
   * @throws {Error} for an encoding that is not known, and for bytes that are none of it.
   */
  decode(bytes: Uint8Array | undefined): string {
    if (this.#head === null) return this.#next(bytes);
    if (bytes !== undefined) this.#head = Buffer.concat([this.#head, bytes]);
    if (bytes !== undefined && this.#head.length < HEAD_BYTES) return '';
    const head = this.#head;
    this.#head = null;
    this.#decoder = new TextDecoder(labelOf(head), { fatal: true });
    return this.#next(head) + (bytes === undefined ? this.#next(undefined) : '');
  }

  #next(bytes: Uint8Array | undefined): string {
    try {
      return bytes === undefined ? this.#decoder.decode() : this.#decoder.decode(bytes, { stream: true });
    } catch {
      throw new Error(`it is not ${this.#decoder.encoding.toUpperCase()}`);
    }
  }
}

function labelOf(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const declared =
    /^(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([^"'>]*)/.exec(head.toString('latin1', 0, HEAD_BYTES))?.[1] ?? 'utf-8';
  const label = LABELS.get(declared.toLowerCase());
  if (label === undefined) throw new Error(`its encoding is ${declared.slice(0, 20)}; known: ${[...LABELS.keys()].join(', ')}`);
  return label;
}
