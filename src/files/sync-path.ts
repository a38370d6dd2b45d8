/** Waiting for the disk. */
import { open } from 'node:fs/promises';

/** Waits until a file's or directory's own data is on disk. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
