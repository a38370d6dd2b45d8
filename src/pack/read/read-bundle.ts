/**
 * Reads a bundle in one pass and checks everything on the way: framing, order, every header, every size and digest, and that nothing
 * is missing or left over. Files are handed to a visitor piece by piece; nothing is kept and nothing touches the disk here.
 */
import { isAppError } from '../../base/errors.ts';
import type { BundleFault, FaultCode } from '../format/bundle-fault.ts';
import { bundleFaultsError } from '../format/bundle-fault.ts';
import type { BundleFile } from '../format/bundle-index.ts';
import { BrokenOff, BundleWalk, type FileSink } from './bundle-walk.ts';
import type { BundleHead } from './read-head.ts';
import { readHead } from './read-head.ts';
import type { BundleInput } from './tar-stream.ts';
import { openTarStream } from './tar-stream.ts';

/** What to do with a bundle's content. Whatever a visitor throws ends the reading. */
export interface BundleVisitor {
  /** The index was read and is well-formed; nothing else has been. */
  onHead?(head: BundleHead): Promise<void> | void;
  /** A file begins. Without a sink its content is only checked. */
  onFile?(file: BundleFile): Promise<FileSink | null> | FileSink | null;
  onFault?(fault: BundleFault): void;
}

/**
 * Reads all of `input`.
 *
 * @returns the head, when and only when all is well.
 * @throws {AppError} `BUNDLE_MISSING`, `BUNDLE_TOO_NEW`, and for what is wrong with the content one error with every fault found:
 * `BUNDLE_UNSAFE_ENTRY`, `BUNDLE_INVALID`, `BUNDLE_TRUNCATED`, `BUNDLE_DIGEST_MISMATCH`.
 */
export async function readBundle(input: BundleInput, visitor: BundleVisitor, signal?: AbortSignal): Promise<BundleHead> {
  const stream = await openTarStream(input, signal);
  const source = typeof input === 'string' ? input : 'the bundle';
  const walk = new BundleWalk(stream.bytes, visitor);
  try {
    const head = await readHead(stream.bytes, source);
    await visitor.onHead?.(head);
    await walk.files(head);
    if (walk.faults.length === 0) return head;
  } catch (error) {
    noteContentError(error, walk.faults);
  } finally {
    await stream.close();
  }
  throw bundleFaultsError(source, walk.faults);
}

/** Adds what ended the reading to `faults`, which are told together. Throws what is no fault of the content, or stands for itself. */
export function noteContentError(error: unknown, faults: BundleFault[]): void {
  if (error instanceof BrokenOff) return;
  if (faults.length === 0 || !isContentError(error)) throw error;
  faults.push({ code: error.code, path: null, what: error.message });
}

function isContentError(error: unknown): error is Error & { code: FaultCode } {
  return isAppError(error, 'BUNDLE_INVALID') || isAppError(error, 'BUNDLE_TRUNCATED');
}
