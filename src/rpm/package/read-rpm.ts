/**
 * Reads an RPM file from its bytes: lead, signature header, main header, and digests of the rest as it passes by. Spec:
 * https://rpm.org/docs/latest/manual/format_v4.html. The payload is hashed, never unpacked.
 */
import { createHash, type Hash } from 'node:crypto';
import { AppError } from '../../base/errors.ts';
import { type ByteChunks, drain } from './byte-chunks.ts';
import { digestAlgorithmOfPgp } from './digest-names.ts';
import { HeaderSection, headerSizeBytes, INTRO_BYTES } from './header-section.ts';
import { TAG } from './rpm-tags.ts';

const LEAD_BYTES = 96;
const PGP_SHA256 = 8;
const LEAD_MAGIC = 0xedabeedb;
/** rpm's own limits (lib/header.c). */
const SIGNATURE_LIMITS = { maxEntries: 1024, maxBytes: 64 << 20 } as const;
const HEADER_LIMITS = { maxEntries: 0xffff, maxBytes: 256 << 20 } as const;

/** The two headers of an RPM file, and where they stand in it. */
export interface RpmHeaders {
  readonly signature: HeaderSection;
  readonly header: HeaderSection;
  /** Byte offset of the main header, and of the payload. */
  readonly headerStart: number;
  readonly headerEnd: number;
  readonly source: string;
}

/** A whole RPM file, read once. */
export interface RpmContents extends RpmHeaders {
  readonly sizeBytes: number;
  /** sha256 of the whole file, as repository metadata names it. */
  readonly sha256Hex: string;
  /** Digest of the compressed payload in the algorithm the header announces; null when it announces none we know. */
  readonly payloadHex: string | null;
  /** MD5 of header and payload, which old packages carry; null when a payload digest makes it needless, since it takes half the time. */
  readonly md5Hex: string | null;
}

/** Takes an RPM's bytes in any pieces and knows how far it is. */
class RpmReader {
  headers: RpmHeaders | null = null;
  sizeBytes = 0;
  readonly file = createHash('sha256');
  md5: Hash | null = null;
  payload: Hash | null = null;
  readonly #source: string;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #neededBytes = LEAD_BYTES + INTRO_BYTES;
  #signature: HeaderSection | null = null;
  #stage: 'signature-intro' | 'header-intro' | 'header' = 'signature-intro';
  #signatureBytes = 0;
  #headerStart = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** Returns true until the headers are complete. `whole` also hashes. */
  write(bytes: Uint8Array, whole: boolean): boolean {
    this.sizeBytes += bytes.length;
    if (whole) this.file.update(bytes);
    if (this.headers !== null) {
      this.#hashRest(bytes, whole);
      return false;
    }
    this.#pending.push(Buffer.from(bytes));
    this.#pendingBytes += bytes.length;
    while (this.headers === null && this.#pendingBytes >= this.#neededBytes) this.#advance(this.#join(), whole);
    return this.headers === null;
  }

  #join(): Buffer {
    const joined = this.#pending.length === 1 && this.#pending[0] !== undefined ? this.#pending[0] : Buffer.concat(this.#pending);
    this.#pending = [joined];
    return joined;
  }

  #advance(bytes: Buffer, whole: boolean): void {
    switch (this.#stage) {
      case 'signature-intro':
        if (bytes.readUInt32BE(0) !== LEAD_MAGIC) {
          throw new AppError('PACKAGE_INVALID', `${this.#source} is not an RPM file`, {
            hint: 'a mirror or proxy may have sent a web page',
          });
        }
        this.#signatureBytes = headerSizeBytes(bytes.subarray(LEAD_BYTES), SIGNATURE_LIMITS, this.#source, 'signature header');
        this.#headerStart = LEAD_BYTES + Math.ceil(this.#signatureBytes / 8) * 8;
        this.#neededBytes = this.#headerStart + INTRO_BYTES;
        this.#stage = 'header-intro';
        return;
      case 'header-intro':
        this.#signature = new HeaderSection(
          Buffer.from(bytes.subarray(LEAD_BYTES, LEAD_BYTES + this.#signatureBytes)),
          0,
          this.#source,
          'signature header',
        );
        this.#neededBytes = this.#headerStart + headerSizeBytes(bytes.subarray(this.#headerStart), HEADER_LIMITS, this.#source, 'header');
        this.#stage = 'header';
        return;
      default:
        this.#finishHeaders(bytes, whole);
    }
  }

  #finishHeaders(bytes: Buffer, whole: boolean): void {
    const headerEnd = this.#neededBytes;
    if (this.#signature === null) throw new Error('the main header cannot come before the signature header');
    const section = Buffer.from(bytes.subarray(this.#headerStart, headerEnd));
    const header = new HeaderSection(section, TAG.immutableRegion, this.#source, 'header');
    this.headers = { signature: this.#signature, header, headerStart: this.#headerStart, headerEnd, source: this.#source };
    // Packages of rpm 6 no longer say which algorithm it is: it is SHA-256, and they have no MD5 to fall back on.
    const algorithm = digestAlgorithmOfPgp(header.number(TAG.payloadDigestAlgorithm) ?? PGP_SHA256);
    if (algorithm !== null && header.has(TAG.payloadDigest)) this.payload = createHash(algorithm);
    else this.md5 = createHash('md5').update(section);
    this.#hashRest(bytes.subarray(headerEnd), whole);
    this.#pending = [];
  }

  #hashRest(bytes: Uint8Array, whole: boolean): void {
    if (!whole) return;
    this.md5?.update(bytes);
    this.payload?.update(bytes);
  }
}

function assertComplete(reader: RpmReader, source: string): RpmHeaders {
  if (reader.headers !== null) return reader.headers;
  throw new AppError('PACKAGE_INVALID', `${source} ends before its header does, after ${reader.sizeBytes} bytes`, {
    hint: 'it is cut short, or its header lies about its size; download it again',
  });
}

/**
 * Reads the headers of an RPM and closes `bytes` right after them.
 *
 * @param source path or URL for messages.
 * @throws {AppError} `PACKAGE_INVALID` when it is no RPM, is cut short, or claims sizes beyond rpm's own limits.
 */
export async function readRpmHeaders(bytes: ByteChunks, source: string): Promise<RpmHeaders> {
  const reader = new RpmReader(source);
  await drain(bytes, (piece) => reader.write(piece, false));
  return assertComplete(reader, source);
}

/**
 * Reads a whole RPM once: its headers, and the digests of file and payload.
 *
 * @throws {AppError} as {@link readRpmHeaders}.
 */
export async function readRpm(bytes: ByteChunks, source: string): Promise<RpmContents> {
  const reader = new RpmReader(source);
  await drain(bytes, (piece) => {
    reader.write(piece, true);
    return true;
  });
  return {
    ...assertComplete(reader, source),
    sizeBytes: reader.sizeBytes,
    sha256Hex: reader.file.digest('hex'),
    payloadHex: reader.payload?.digest('hex') ?? null,
    md5Hex: reader.md5?.digest('hex') ?? null,
  };
}
