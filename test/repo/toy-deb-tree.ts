import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { treeFileOf } from '../../src/base/tree-file-of.ts';
import { lockedPackage, lockOf, noise } from '../lab/upstreams/toy-bundle.ts';

/** A lock of two packages, and where they lie in the store `dir`. */
export async function toyDebTree(dir: string) {
  const files = [treeFileOf('b_1_amd64.deb', noise(2000, 1)), treeFileOf('a_1%3a1_amd64.deb', noise(3000, 2))];
  const sources = new Map<string, { stanza: string; filePath: string }>();
  for (const file of files) {
    const filePath = join(dir, file.sha256);
    await writeFile(filePath, (file.content as { bytes: Uint8Array }).bytes, { mode: 0o644 });
    sources.set(file.sha256, { stanza: `Package: ${file.path[0]}\nVersion: 1\nArchitecture: amd64\nDescription: x\n`, filePath });
  }
  const lock = lockOf(files.map((file) => lockedPackage(file)));
  return { lock, sources };
}
