/**
 * A bounded walk over the XML that repositories publish, on top of saxes, which checks well-formedness (https://www.w3.org/TR/xml/).
 * A document type may be named; nothing is ever loaded for it, and one that declares anything is refused. Namespaces are left out: all
 * generators write `rpm:` for the one namespace that matters, and libsolv knows no other.
 */
import { SaxesParser } from 'saxes';
import { AppError, messageOf } from '../../base/errors.ts';
import { indexTooLarge } from '../../base/index-too-large.ts';
import { type ByteChunks, drain } from '../package/byte-chunks.ts';
import { XmlDecoder } from './xml-decoder.ts';

/** The attributes of one element. */
export type XmlAttributes = Readonly<Record<string, string | undefined>>;

/** Called for each part of a document. Names are as written, with their prefix. */
export interface XmlHandler {
  /** An element opens. Return true to get its text: then `text` is called once, before `close`, if no child element opens. */
  open(name: string, attributes: XmlAttributes, depth: number): boolean;
  text(text: string): void;
  close(name: string, depth: number): void;
}

/** Limits of one document. */
export interface XmlOptions {
  /** Names upstream and file in messages: `baseos repodata/…-primary.xml`. */
  readonly source: string;
  /** Most bytes of the whole document. */
  readonly maxBytes: number;
  /** Deepest nesting of elements. Default 16; repository metadata needs 6. */
  readonly maxDepth?: number;
  /** Most bytes of one tag, text, comment. Default 1 MiB. */
  readonly maxTokenBytes?: number;
}

/** Counts the bytes given to the parser since its last callback, and refuses a tag or text that grows without end. */
class XmlScan {
  readonly #parser = new SaxesParser({ xmlns: false, position: true });
  readonly #decoder = new XmlDecoder();
  readonly #handler: XmlHandler;
  readonly #options: XmlOptions;
  #depth = 0;
  #totalBytes = 0;
  #tokenBytes = 0;
  #collecting = false;
  #text = '';

  constructor(handler: XmlHandler, options: XmlOptions) {
    this.#handler = handler;
    this.#options = options;
    const parser = this.#parser;
    // Handlers become properties of the parser; with more than seven V8 turns it into a hash table and parsing takes five times as long.
    parser.on('error', (error) => this.#fail(error.message));
    parser.on('doctype', (text) => this.#checkDoctype(text));
    parser.on('text', (text) => this.#addText(text));
    parser.on('cdata', (text) => this.#addText(text));
    parser.on('opentag', (tag) => this.#open(tag.name, tag.attributes));
    parser.on('closetag', (tag) => this.#close(tag.name));
  }

  write(bytes: Uint8Array): void {
    this.#totalBytes += bytes.length;
    this.#tokenBytes += bytes.length;
    const { source, maxBytes, maxTokenBytes = 1 << 20 } = this.#options;
    if (this.#totalBytes > maxBytes) throw indexTooLarge(source, maxBytes);
    this.#parser.write(this.#decode(bytes));
    if (this.#tokenBytes > maxTokenBytes) this.#fail(`one tag or text is longer than ${maxTokenBytes} bytes`);
  }

  end(): void {
    this.#parser.write(this.#decode(undefined));
    this.#parser.close();
  }

  #decode(bytes: Uint8Array | undefined): string {
    try {
      return this.#decoder.decode(bytes);
    } catch (error) {
      return this.#fail(`near byte ${this.#totalBytes}: ${messageOf(error)}`);
    }
  }

  #fail(why: string): never {
    throw new AppError('INDEX_INVALID', `${this.#options.source} cannot be read: ${why}`, {
      hint: 'the mirror may have sent a truncated or wrong file; try another mirror',
    });
  }

  #checkDoctype(text: string): void {
    if (text.includes('[')) this.#fail('its document type declares something, which repository metadata never needs');
  }

  #addText(text: string): void {
    this.#tokenBytes = 0;
    if (!this.#collecting) return;
    this.#text += text;
    if (this.#text.length > (this.#options.maxTokenBytes ?? 1 << 20)) this.#fail('the text of one element is too long');
  }

  #open(name: string, attributes: XmlAttributes): void {
    this.#tokenBytes = 0;
    this.#depth += 1;
    const { maxDepth = 16 } = this.#options;
    if (this.#depth > maxDepth) this.#fail(`elements are nested deeper than ${maxDepth}`);
    this.#collecting = this.#handler.open(name, attributes, this.#depth);
    this.#text = '';
  }

  #close(name: string): void {
    this.#tokenBytes = 0;
    if (this.#collecting) this.#handler.text(this.#text);
    this.#collecting = false;
    this.#handler.close(name, this.#depth);
    this.#depth -= 1;
  }
}

/**
 * Walks one XML document, calling `handler` in document order.
 *
 * @throws {AppError} `INDEX_INVALID` when it is not well-formed XML in an encoding we know, declares entities, or nests or stretches beyond
 * the limits; `INDEX_TOO_LARGE` when it is longer than `maxBytes`.
 */
export async function scanXml(source: ByteChunks, handler: XmlHandler, options: XmlOptions): Promise<void> {
  const scan = new XmlScan(handler, options);
  await drain(source, (piece) => {
    scan.write(piece);
    return true;
  });
  scan.end();
}
