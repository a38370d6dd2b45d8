/** bzip2, which Node cannot write, by the real program. */
import { execFileSync } from 'node:child_process';

/** The bytes packed. */
export function bzip2(bytes: Buffer): Buffer {
  return execFileSync('bzip2', ['-c'], { input: bytes });
}
