/**
 * The tar header of a bundle entry (POSIX ustar and pax, IEEE 1003.1 `pax` utility), through the `tar` library's encoder.
 * Path, size and snapshot date determine every byte of it: the writer writes these bytes and the reader accepts no others, so
 * that nothing a header can say besides (links, devices, owners, setuid, other names) needs to be recognised one by one.
 */
import { Header, Pax } from 'tar';
import { modeOf } from './layout.ts';

/** Size of a tar block. */
export const BLOCK_BYTES = 512;
/** The end of a tar archive: two empty blocks. Nothing follows in a bundle. */
export const END_OF_TAR = Buffer.alloc(2 * BLOCK_BYTES);
const MAX_OCTAL_SIZE = 0o77777777777;

/** Zeros between the end of a file and the next header. */
export function paddingBytes(sizeBytes: number): number {
  return (BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES;
}

/**
 * The header blocks of a regular file owned by root, without owner names: 512 bytes, or 1536 when the path is too long for a ustar
 * header or the file larger than 8 GiB. Throws a plain Error when the path is so long that the pax record needs a second block.
 */
export function formatEntryHeader(path: string, sizeBytes: number, mtimeSec: number): Buffer {
  const fields = { path, mode: modeOf(path), uid: 0, gid: 0, size: sizeBytes, mtime: new Date(mtimeSec * 1000), type: 'File' as const };
  const block = Buffer.alloc(BLOCK_BYTES);
  const header = new Header({ ...fields, uname: '', gname: '', devmaj: 0, devmin: 0, linkpath: '' });
  if (!header.encode(block)) return block;
  const record: { path?: string; size?: number } = {};
  if (Buffer.byteLength(path) > 100) record.path = path;
  if (sizeBytes > MAX_OCTAL_SIZE) record.size = sizeBytes;
  const pax = new Pax(record).encode();
  if (pax.length !== 2 * BLOCK_BYTES) throw new Error(`path too long for a bundle: ${path}`);
  return Buffer.concat([pax, block]);
}

/**
 * What a header that is not the expected one says, for a message. `valid` is false when its checksum is wrong, which means damage rather
 * than an attack.
 */
export interface ForeignHeader {
  readonly valid: boolean;
  readonly path: string;
  readonly type: string;
  readonly mode: number;
  readonly sizeBytes: number;
}

/** Decodes one header block for diagnosis only; nothing is ever unpacked from what it says. */
export function describeHeader(block: Buffer): ForeignHeader {
  try {
    const header = new Header(block);
    return {
      valid: header.cksumValid,
      path: header.path ?? '',
      type: header.type,
      mode: header.mode ?? 0,
      sizeBytes: header.size ?? 0,
    };
  } catch {
    return { valid: false, path: '', type: 'Unsupported', mode: 0, sizeBytes: 0 };
  }
}
