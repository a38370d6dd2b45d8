/** The control half of a .deb on disk. */
import { open } from 'node:fs/promises';
import { type DebArchive, type DecompressMember, readDebArchive } from '../deb/package/deb-archive.ts';
import { decompress } from '../fetch/decode/decompress.ts';

/** In most packages the control half lies in the first bytes: one read instead of five. */
const HEAD_BYTES = 16 * 1024;

/** What the archive at `filePath` says of itself; `name` is for messages. @throws {AppError} `PACKAGE_INVALID` */
export async function readDebFile(name: string, filePath: string): Promise<DebArchive> {
  const handle = await open(filePath);
  try {
    const { size: sizeBytes } = await handle.stat();
    const readAt = async (offset: number, length: number): Promise<Uint8Array> => {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, offset);
      if (bytesRead !== length) throw new Error('it ends early');
      return buffer;
    };
    const head = await readAt(0, Math.min(HEAD_BYTES, sizeBytes));
    const read = async (offset: number, length: number): Promise<Uint8Array> =>
      offset + length <= head.length ? head.subarray(offset, offset + length) : readAt(offset, length);
    return await readDebArchive({ name, sizeBytes, read }, unpackMember(name));
  } finally {
    await handle.close();
  }
}

function unpackMember(label: string): DecompressMember {
  return async (bytes, compression, maxBytes) => decompress(bytes, compression, { maxBytes, label });
}
