/** Puts a path back as it was: from its copy, or away when nothing was there. */
import type { Operation } from '../../host/batch.ts';

export function restoreOperation(before: { readonly path: string; readonly blob: string | null }): Operation {
  return before.blob === null ? { op: 'remove', path: before.path } : { op: 'restore', path: before.path, blob: before.blob };
}
