/**
 * The store does not wait for the disk: after a power cut a package in it may have the right size and wrong bytes. Whoever uses the bytes
 * compares them with the lock, and stops with an error. Here we find out whether the store is to blame, and remove what is damaged, so that
 * it is downloaded again.
 */
import { countOf } from '../base/bytes.ts';
import { type ErrorCode, isAppError } from '../base/errors.ts';
import type { RunContext } from '../base/events.ts';
import type { Lock } from '../lock/lock.ts';
import type { Store } from '../store/store.ts';

/** What a damaged package can look like to those who read it: to a parser, to a decompressor, to a signature, to the packer. */
const SIGNS: readonly ErrorCode[] = [
  'PACKAGE_INVALID',
  'INDEX_INVALID',
  'INDEX_TOO_LARGE',
  'INDEX_DIGEST_MISMATCH',
  'SIGNATURE_MISSING',
  'SIGNATURE_INVALID',
  'BUNDLE_DIGEST_MISMATCH',
];

const MOST_NAMED = 20;

/**
 * Does `work` with the packages of a lock; when it failed because the store had damaged ones, these are removed and it is done once more.
 *
 * @throws {AppError} what `work` does.
 */
export async function withSoundStore<T>(lock: Lock, store: Store, context: RunContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(await removeDamagedPackages(error, lock, store, context))) throw error;
  }
  return work();
}

/**
 * Removes damaged packages of a lock from the store and names them in a warning.
 *
 * @param error what making the bundle failed with. One that no damaged package causes is not looked into.
 * @returns true when there were any: then fetching and making are worth another try.
 */
export async function removeDamagedPackages(error: unknown, lock: Lock, store: Store, context: RunContext): Promise<boolean> {
  if (!isAppError(error) || !SIGNS.includes(error.code)) return false;
  const damaged: string[] = [];
  for (const { file, sha256 } of lock.packages) {
    context.signal.throwIfAborted();
    if (!(await store.verify(sha256))) damaged.push(file);
  }
  if (damaged.length === 0) return false;
  const names = [...damaged.slice(0, MOST_NAMED), ...(damaged.length > MOST_NAMED ? ['…'] : [])].join(', ');
  const message = `the store ${store.dir} had ${countOf(damaged.length, 'damaged package')}, now downloaded again: ${names}`;
  context.report({ type: 'warning', code: 'STORE_DAMAGED', message });
  return true;
}
