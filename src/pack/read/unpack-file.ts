/** Writing one file of a bundle to disk, with the mode it must have whatever the umask is. */
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import type { BundleFile } from '../format/bundle-index.ts';
import { modeOf } from '../format/layout.ts';

/** A file being written. Not on disk for certain until it is synced. */
export interface OpenedFile {
  readonly write: (piece: Buffer) => Promise<void>;
  readonly end: () => Promise<void>;
  /** Lets go of a file that will not be finished. */
  readonly abort: () => Promise<void>;
}

/** Creates `path`, which must not exist. A symbolic link in its place is refused by the kernel (O_EXCL). */
export async function openForUnpack(file: BundleFile, path: string): Promise<OpenedFile> {
  const handle = await open(path, 'wx', modeOf(file.path));
  let pending: Promise<void> = Promise.resolve();
  return {
    write: async (piece) => {
      await pending;
      pending = writeAll(handle, piece);
      pending.catch(() => undefined);
    },
    abort: async () => {
      await pending.catch(() => undefined);
      await handle.close();
    },
    end: async () => {
      try {
        await pending;
        await handle.chmod(modeOf(file.path));
      } finally {
        await handle.close();
      }
    },
  };
}

/** Creates a small file 0644 and waits until it is on disk. */
export async function writeWholeFile(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx', 0o644);
  try {
    await handle.writeFile(bytes);
    await handle.chmod(0o644);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at, bytes.length - at)).bytesWritten;
}
