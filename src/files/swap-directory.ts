/** Puts a finished directory in the place of an old one: a reader finds the old or the new one. A run killed in between can be repaired. */
import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from './errno.ts';

/** Where the old directory waits between the two renames. */
function asidePath(path: string): string {
  return join(dirname(path), `.${basename(path)}.replaced`);
}

/** Moves `from` to `to`. What was at `to` is removed when `settled`, if given, has come to its end: the new one is then on disk. */
export async function swapDirectory(from: string, to: string, settled?: () => Promise<void>): Promise<void> {
  const aside = asidePath(to);
  await restoreInterruptedSwap(to);
  await renameIfThere(to, aside);
  await rename(from, to);
  await settled?.();
  await rm(aside, { recursive: true, force: true });
}

/** After a run killed between the two renames, puts the old directory back; after one killed later, removes what is left of it. */
export async function restoreInterruptedSwap(path: string): Promise<void> {
  const names = await readdir(dirname(path));
  const aside = asidePath(path);
  if (!names.includes(basename(aside))) return;
  if (names.includes(basename(path))) await rm(aside, { recursive: true, force: true });
  else await rename(aside, path);
}

/** Renames; nothing happens when there is nothing at `from`. */
export async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}
