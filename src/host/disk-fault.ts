/** What programs of a host say when a disk does not take what they write. Their words are those of `LC_ALL=C` (strerror of GNU libc). */
import type { ErrorCode } from '../base/errors.ts';

/** What a failure of an operation really is, and what helps, as the beginning of a sentence. */
export interface DiskFault {
  readonly code: ErrorCode;
  readonly hint: string;
}

/** The disk as the cause of what a command said; null when it is another one. */
export function diskFault(output: string): DiskFault | null {
  if (/No space left on device|Disk quota exceeded/.test(output)) return { code: 'DISK_FULL', hint: 'make room there' };
  if (/Read-only file system/.test(output)) return { code: 'OUTPUT_UNWRITABLE', hint: 'mount it writable (`mount -o remount,rw`)' };
  return null;
}
