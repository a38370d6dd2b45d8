/**
 * Reads mirror lists: base URLs, one a line, as yum's `mirrorlist=` serves them. Spec: dnf.conf(5). Metalinks, which serve the same purpose
 * with digests, are in `metalink.ts`.
 */
import { AppError } from '../../base/errors.ts';

const MAX_BYTES = 1 << 20;

/**
 * The http and https base URLs of a mirror list, in its order, without duplicates, each ending in `/`. Other lines (comments, ftp, rsync)
 * are passed over.
 *
 * @throws {AppError} `INDEX_INVALID` when it holds no usable URL, as when a portal answers with a web page; `INDEX_TOO_LARGE` beyond 1 MiB.
 */
export function parseMirrorlist(text: string, options: { readonly source: string }): string[] {
  if (text.length > MAX_BYTES) throw new AppError('INDEX_TOO_LARGE', `${options.source} is longer than ${MAX_BYTES} bytes`);
  const urls = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => /^https?:\/\/[^\s<>"]+$/.test(line) && URL.canParse(line))
    .map((line) => (line.endsWith('/') ? line : `${line}/`));
  if (urls.length > 0) return [...new Set(urls)];
  throw new AppError('INDEX_INVALID', `${options.source} lists no mirror`, {
    hint: 'open it in a browser: a proxy or portal may answer instead',
  });
}
