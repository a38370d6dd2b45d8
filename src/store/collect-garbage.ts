/** What is in a store and what may go. Safe beside running builds: a blob that goes too early is only downloaded again. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareCodeUnits } from '../base/compare.ts';
import { isDigestHex } from '../base/digest.ts';
import type { Store } from './store.ts';

/** One blob as it lies on disk. */
export interface StoreEntry {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** When it was downloaded. */
  readonly mtimeMs: number;
}

/** Every blob, sorted by digest. Names that are not digests are left out. */
export async function listStore(store: Store): Promise<StoreEntry[]> {
  const entries: StoreEntry[] = [];
  const blobs = join(store.dir, 'sha256');
  for (const prefix of (await readdir(blobs)).sort(compareCodeUnits)) {
    for (const name of (await readdir(join(blobs, prefix)).catch(() => [])).sort(compareCodeUnits)) {
      if (!isDigestHex('sha256', name)) continue;
      const stats = await stat(join(blobs, prefix, name)).catch(() => undefined);
      if (stats !== undefined) entries.push({ sha256: name, sizeBytes: stats.size, mtimeMs: stats.mtimeMs });
    }
  }
  return entries;
}

/** What {@link collectGarbage} may remove. */
export interface GarbageRule {
  /** Blobs to keep whatever their age. */
  readonly keep: ReadonlySet<string>;
  /** Only what was written before this moment goes: blobs, partial downloads and derived files. */
  readonly beforeMs: number;
}

/** Removes what the rule allows and returns how much that was. */
export async function collectGarbage(store: Store, rule: GarbageRule): Promise<{ readonly files: number; readonly sizeBytes: number }> {
  let files = 0;
  let sizeBytes = 0;
  const remove = async (path: string, size: number): Promise<void> => {
    await rm(path, { force: true });
    files += 1;
    sizeBytes += size;
  };
  for (const entry of await listStore(store)) {
    if (!rule.keep.has(entry.sha256) && entry.mtimeMs < rule.beforeMs) await remove(store.pathOf(entry.sha256), entry.sizeBytes);
  }
  for (const part of ['partial', 'derived']) {
    const dir = join(store.dir, part);
    for (const item of await readdir(dir, { recursive: true, withFileTypes: true })) {
      if (!item.isFile()) continue;
      const path = join(item.parentPath, item.name);
      const stats = await stat(path).catch(() => undefined);
      if (stats !== undefined && stats.mtimeMs < rule.beforeMs) await remove(path, stats.size);
    }
  }
  return { files, sizeBytes };
}
