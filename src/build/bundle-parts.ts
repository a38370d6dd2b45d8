/** What goes into a bundle besides packages: the installer and the assets. */
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { assertAssetLayout } from '../base/asset-layout.ts';
import { compareCodeUnits } from '../base/compare.ts';
import type { TreeFile } from '../base/tree-file.ts';
import { hashFile } from '../files/hash-file.ts';

/** The installer executable at `filePath`, or null when nothing was built there. */
export async function findInstaller(filePath: string): Promise<TreeFile | null> {
  const isThere = await stat(filePath).then(
    (info) => info.isFile(),
    () => false,
  );
  return isThere ? hashedFile('pigsty-install', filePath) : null;
}

/** Every file below `root`, sorted by path: dashboards, rules, portal. */
export async function findAssets(root: string): Promise<TreeFile[]> {
  // A clone has no such folder as long as it holds nothing.
  if (!existsSync(root)) return [];
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name !== '.gitkeep')
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort(compareCodeUnits);
  assertAssetLayout(paths, root);
  return Promise.all(paths.map((path) => hashedFile(path, join(root, path))));
}

async function hashedFile(path: string, filePath: string): Promise<TreeFile> {
  return { path, ...(await hashFile(filePath)), content: { kind: 'file', filePath } };
}
