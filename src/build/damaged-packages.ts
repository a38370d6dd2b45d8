/**
 * The store does not wait for the disk: after a power cut a package in it may have the right size and wrong bytes. Whoever uses the bytes
 * compares them with the lock, and what is found wrong that way is downloaded again here.
 */
import { countOf } from '../base/bytes.ts';
import { type ErrorCode, isAppError } from '../base/errors.ts';
import type { CommandContext } from '../cli/program/command.ts';
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
 * What `make` gives for files that `fetch` gave. When `make` fails as it would over a damaged package, every package of the lock is read
 * again; those that are damaged are removed from the store, named in a warning, and both are done once more.
 *
 * @throws {AppError} what `fetch` and `make` throw; the error of `make` as it is when the packages are whole.
 */
export async function withWholePackages<T>(
  lock: Lock,
  store: Store,
  context: CommandContext,
  fetch: () => Promise<ReadonlyMap<string, string>>,
  make: (files: ReadonlyMap<string, string>) => Promise<T>,
): Promise<T> {
  const files = await fetch();
  try {
    return await make(files);
  } catch (error) {
    if (!isAppError(error) || !SIGNS.includes(error.code)) throw error;
    const damaged = await removeDamaged(lock, store, context);
    if (damaged.length === 0) throw error;
    const names = [...damaged.slice(0, MOST_NAMED), ...(damaged.length > MOST_NAMED ? ['…'] : [])].join(', ');
    const message = `the store ${store.dir} had ${countOf(damaged.length, 'damaged package')}, now downloaded again: ${names}`;
    context.report({ type: 'warning', code: 'STORE_DAMAGED', message });
  }
  return make(await fetch());
}

/** File names of the packages that were not what the lock says, in the lock's order. */
async function removeDamaged(lock: Lock, store: Store, context: CommandContext): Promise<string[]> {
  const damaged: string[] = [];
  for (const { file, sha256 } of lock.packages) {
    context.signal.throwIfAborted();
    if (!(await store.verify(sha256))) damaged.push(file);
  }
  return damaged;
}
