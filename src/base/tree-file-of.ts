/** Makes a {@link TreeFile} of bytes that exist only in memory. */
import { createHash } from 'node:crypto';
import type { TreeFile } from './tree-file.ts';

/** A file with the given content; size and digest are computed. Text becomes UTF-8. */
export function treeFileOf(path: string, content: Uint8Array | string): TreeFile {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return { path, sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), content: { kind: 'bytes', bytes } };
}
