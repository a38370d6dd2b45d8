/** Files beside a bundle: written under another name first, so that a reader sees the old one or the new one, never half of it. */
import { rename, rm } from 'node:fs/promises';
import { partialPath, removeStalePartials } from './partial-file.ts';

/** Replaces `path` by what `write` puts into the file it is given. On failure the old file stays and nothing else is left. */
export async function replaceFile(path: string, write: (partial: string) => Promise<void>): Promise<void> {
  const partial = partialPath(path);
  await removeStalePartials(path);
  try {
    await write(partial);
    await rename(partial, path);
  } catch (error) {
    // What cannot be tidied up must not hide why it was not written.
    await rm(partial, { force: true }).catch(() => undefined);
    throw error;
  }
}
