/** What stands where a bundle is to be unpacked: nothing, this very bundle, or something else. */
import { lstat, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MARKER_NAME } from '../../base/repo-marker.ts';
import type { BundleIndex } from '../format/bundle-index.ts';
import { formatBundleIndex, parseBundleIndex } from '../format/bundle-index.ts';
import { BESIDE_REPO, modeOf, REPO_DIR } from '../format/layout.ts';

/** A repository directory that is already there. */
export interface PresentRepo {
  /**
   * True when it is the bundle in question, complete: same index, marker there, every file there with its size. Digests are not read again.
   */
  readonly isSame: boolean;
  /** True when it carries `repo_complete`. */
  readonly isComplete: boolean;
  /** Its bundle's id; null when it was not made by us. */
  readonly id: string | null;
}

/** Looks at `<webRoot>/<name>`; null when nothing is there. Never throws for what it finds inside. */
export async function readPresentRepo(repo: string, webRoot: string, wanted: BundleIndex): Promise<PresentRepo | null> {
  const exists = await lstat(repo).then(
    () => true,
    () => false,
  );
  if (!exists) return null;
  const isComplete = await isFileOfSize(join(repo, MARKER_NAME), null);
  const index = await readIndex(join(repo, 'bundle.json'));
  if (index === null || index.id !== wanted.id) return { isSame: false, isComplete, id: index?.id ?? null };
  const isSame = isComplete && formatBundleIndex(index).equals(formatBundleIndex(wanted)) && (await hasAllFiles(repo, webRoot, wanted));
  return { isSame, isComplete, id: index.id };
}

async function readIndex(path: string): Promise<BundleIndex | null> {
  try {
    return parseBundleIndex(await readFile(path), path);
  } catch {
    return null;
  }
}

async function hasAllFiles(repo: string, webRoot: string, index: BundleIndex): Promise<boolean> {
  for (const file of index.files) {
    const path = BESIDE_REPO.includes(file.path) ? join(webRoot, file.path) : join(repo, file.path.slice(REPO_DIR.length + 1));
    if (!(await isFileOfSize(path, file.sizeBytes, modeOf(file.path)))) return false;
  }
  return true;
}

async function isFileOfSize(path: string, sizeBytes: number | null, mode?: number): Promise<boolean> {
  try {
    const info = await (mode === undefined ? stat(path) : lstat(path));
    return info.isFile() && (sizeBytes === null || info.size === sizeBytes) && (mode === undefined || (info.mode & 0o777) === mode);
  } catch {
    return false;
  }
}
