/** The error for an index that is longer than any real one: said by whoever counts first, of those who unpack and read it in pieces. */
import { formatBytes } from './bytes.ts';
import { AppError } from './errors.ts';

/** `INDEX_TOO_LARGE` for the index called `label`. */
export function indexTooLarge(label: string, maxBytes: number): AppError {
  return new AppError('INDEX_TOO_LARGE', `${label} is longer than ${formatBytes(maxBytes)} when unpacked`, {
    hint: 'this is a broken file or a decompression bomb: use another mirror, or leave this upstream out',
  });
}
