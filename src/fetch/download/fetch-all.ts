/** Many files at once. One that fails does not stop the others; all that failed are told together. */
import { AppError, type ErrorCode, isAppError } from '../../base/errors.ts';
import { redact } from '../../base/redact.ts';
import type { StoredBlob } from '../../store/store.ts';
import type { BlobRequest } from './fetch-blob.ts';

/** How far a set of downloads has come. */
export interface FetchTotals {
  readonly doneItems: number;
  readonly doneBytes: number;
  readonly totalItems: number;
  /** Sum of the sizes known beforehand. */
  readonly totalBytes: number;
}

/** Errors that every other file of the set would meet too. */
const HOPELESS: readonly ErrorCode[] = ['INTERRUPTED', 'DISK_FULL', 'STORE_UNWRITABLE'];
const MOST_LISTED = 20;

/**
 * The blobs, in the order of `requests`.
 *
 * @param fetchOne fetches one, unless `signal` says that the rest has become pointless
 * @param onTotals called after each finished file
 * @throws {AppError} one error that lists every failed file, after all others are done: `FETCH_NOT_FOUND` or another code if all failed
 * for that one reason, else `FETCH_FAILED`; `details.failures` has `{label, url, code, message}` of each. A full or
 * unwritable disk and an interruption stop the others and are thrown alone. A file that did arrive is in the store and is not downloaded
 * again.
 */
export async function fetchAllBlobs(
  requests: readonly BlobRequest[],
  fetchOne: (request: BlobRequest, signal: AbortSignal) => Promise<StoredBlob>,
  onTotals: (totals: FetchTotals) => void,
): Promise<StoredBlob[]> {
  const pointless = new AbortController();
  let fatal: unknown;
  const failures: { readonly request: BlobRequest; readonly error: AppError }[] = [];
  let doneItems = 0;
  let doneBytes = 0;
  const totalBytes = requests.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  const fetchOrNote = async (request: BlobRequest): Promise<StoredBlob | undefined> => {
    try {
      const blob = await fetchOne(request, pointless.signal);
      doneItems += 1;
      doneBytes += blob.sizeBytes;
      onTotals({ doneItems, doneBytes, totalItems: requests.length, totalBytes });
      return blob;
    } catch (error) {
      if (isAppError(error) && !HOPELESS.includes(error.code)) {
        failures.push({ request, error });
      } else {
        fatal ??= error;
        pointless.abort();
      }
      return undefined;
    }
  };
  const blobs = await Promise.all(requests.map(fetchOrNote));
  if (fatal !== undefined) throw fatal;
  if (failures.length > 0) throw togetherError(requests, failures);
  return blobs.filter((blob) => blob !== undefined);
}

function togetherError(
  requests: readonly BlobRequest[],
  failures: readonly { readonly request: BlobRequest; readonly error: AppError }[],
): AppError {
  const first = failures[0]?.error;
  if (failures.length === 1 && first !== undefined && requests.length === 1) return first;
  const order = new Map(requests.map((request, index) => [request, index]));
  const sorted = [...failures].sort((a, b) => (order.get(a.request) ?? 0) - (order.get(b.request) ?? 0));
  const codes = new Set(sorted.map(({ error }) => error.code));
  const lines = sorted.slice(0, MOST_LISTED).map(({ error }) => `  ${error.message}`);
  if (sorted.length > MOST_LISTED) lines.push(`  … and ${sorted.length - MOST_LISTED} more`);
  const hint = sorted.map(({ error }) => error.hint).find((text) => text !== undefined);
  return new AppError(
    codes.size === 1 && first !== undefined ? first.code : 'FETCH_FAILED',
    `${sorted.length} of ${requests.length} files could not be fetched:\n${lines.join('\n')}`,
    {
      ...(hint === undefined ? {} : { hint }),
      details: {
        failures: sorted.map(({ request, error }) => ({
          label: request.label,
          url: redact(request.urls[0] ?? ''),
          code: error.code,
          message: error.message,
        })),
      },
    },
  );
}
