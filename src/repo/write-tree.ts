/**
 * Writes a repository tree to a directory, laid out as the tarball would unpack: `<directory>/pigsty/…` and the source file beside it.
 * Packages are reflinked, hard-linked or copied from the store, whichever works first. Built aside, then renamed; the marker is written
 * last.
 */
import { constants } from 'node:fs';
import { chmod, copyFile, link, mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { byKey } from '../base/compare.ts';
import { AppError } from '../base/errors.ts';
import type { Context } from '../base/events.ts';
import { throwIfAborted } from '../base/interrupted.ts';
import { MARKER_NAME } from '../base/repo-marker.ts';
import type { TreeFile } from '../base/tree-file.ts';
import { hashFile } from '../files/hash-file.ts';
import { partialPath, removeStalePartials } from '../files/partial-file.ts';
import { swapDirectory } from '../files/swap-directory.ts';
import { explainWriteError, outputTarget } from '../files/write-error.ts';

/** How many files came about in which way. */
export interface WrittenTree {
  readonly linked: number;
  readonly copied: number;
  readonly sizeBytes: number;
}

/**
 * Writes `files` (paths relative to `directory`), replacing a complete repository that stands there; mtimes of what it writes are
 * `mtimeSec` (hard links keep the store's). On failure the old one stays and nothing new is left.
 *
 * @throws {AppError} `OUTPUT_UNWRITABLE` when something that is no repository stands in the way or the disk refuses; `DISK_FULL`;
 * `BUNDLE_DIGEST_MISMATCH` when a stored file is not what it should be; `INTERRUPTED`.
 */
export async function writeTree(files: readonly TreeFile[], directory: string, mtimeSec: number, context: Context): Promise<WrittenTree> {
  const place = join(directory, 'tree');
  const partial = partialPath(place);
  try {
    await mkdir(directory, { recursive: true });
    await removeStalePartials(place);
    for (const top of topLevel(files)) await assertReplaceable(join(directory, top));
    const written = await fill(partial, files, mtimeSec, context);
    for (const top of topLevel(files)) await swapDirectory(join(partial, top), join(directory, top));
    return written;
  } catch (error) {
    throw await explainWriteError(error, outputTarget(directory, 'the repository', null, '--tree'));
  } finally {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined);
  }
}

function topLevel(files: readonly TreeFile[]): string[] {
  return [...new Set(files.map((file) => file.path.split('/', 1)[0]!))].sort().reverse();
}

/** Only a repository, an empty directory or a file of ours may be replaced. */
async function assertReplaceable(path: string): Promise<void> {
  const info = await stat(path).catch(() => null);
  if (info === null || info.isFile()) return;
  const names = await readdir(path);
  if (names.length === 0 || names.includes(MARKER_NAME)) return;
  throw new AppError('OUTPUT_UNWRITABLE', `${path} exists and is not a complete repository`, {
    hint: 'choose another directory, or remove it first',
  });
}

async function fill(partial: string, files: readonly TreeFile[], mtimeSec: number, context: Context): Promise<WrittenTree> {
  const isMarker = (file: TreeFile): boolean => basename(file.path) === MARKER_NAME;
  const sorted = files.toSorted(byKey((file) => file.path));
  const ordered = [...sorted.filter((file) => !isMarker(file)), ...sorted.filter(isMarker)];
  const totalBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  let doneBytes = 0;
  let linked = 0;
  for (const file of ordered) {
    throwIfAborted(context.signal);
    const target = join(partial, file.path);
    await makeDirectories(dirname(target), partial);
    if (await place(file, target, mtimeSec)) linked += 1;
    doneBytes += file.sizeBytes;
    context.report({ type: 'phase.progress', phase: 'tree', doneBytes, totalBytes });
  }
  return { linked, copied: files.length - linked, sizeBytes: totalBytes };
}

async function makeDirectories(directory: string, root: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true });
  if (first === undefined) return;
  for (let at = directory; at.startsWith(root); at = dirname(at)) await chmod(at, 0o755);
}

/** True when the file shares its data with the store. */
async function place(file: TreeFile, target: string, mtimeSec: number): Promise<boolean> {
  if (file.content.kind === 'bytes') {
    await writeFile(target, file.content.bytes);
    await finish(file, target, mtimeSec);
    return false;
  }
  const { filePath } = file.content;
  await assertContent(file, filePath);
  if (await attempt(() => copyFile(filePath, target, constants.COPYFILE_FICLONE_FORCE))) {
    await finish(file, target, mtimeSec);
    return true;
  }
  // A link shares the mode too: apt's unprivileged user must be able to read it.
  const readable = ((await stat(filePath)).mode & 0o444) === 0o444;
  if (readable && (await attempt(() => link(filePath, target)))) return true;
  await copyFile(filePath, target);
  await finish(file, target, mtimeSec);
  return false;
}

async function finish(file: TreeFile, target: string, mtimeSec: number): Promise<void> {
  await chmod(target, basename(file.path) === 'pigsty-install' ? 0o755 : 0o644);
  await utimes(target, mtimeSec, mtimeSec);
}

async function attempt(action: () => Promise<void>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch {
    return false;
  }
}

async function assertContent(file: TreeFile, filePath: string): Promise<void> {
  const { sha256, sizeBytes } = await hashFile(filePath);
  if (sizeBytes === file.sizeBytes && sha256 === file.sha256) return;
  throw new AppError('BUNDLE_DIGEST_MISMATCH', `${file.path}: ${filePath} is not what the lock says`, {
    hint: 'the stored copy is damaged or was changed: delete it and fetch again',
    details: { path: file.path, place: filePath },
  });
}
