/** Looks into every package of a lock, several at a time, and gathers what is wrong with any of them. */
import pLimit from 'p-limit';
import { AppError, isAppError } from '../base/errors.ts';
import type { RunContext } from '../base/events.ts';
import { runPhase } from '../base/run-phase.ts';
import type { Lock, LockedPackage } from '../lock/lock.ts';

const AT_ONCE = 8;

/** What of the reading differs between families. */
export interface ContentReading<T> {
  readonly title: string;
  /** Reads one package; an {@link AppError} it throws is held until all were read. */
  readonly read: (locked: LockedPackage) => Promise<T>;
  /** What came of it, for the end of the phase. */
  readonly detail: (contents: readonly T[]) => string;
}

/**
 * The contents of all packages of a lock, by sha256.
 *
 * @throws {AppError} the one package's error; for several their common code or `PACKAGE_INVALID`, naming each.
 */
export async function readContents<T>(
  lock: Lock,
  { title, read, detail }: ContentReading<T>,
  context: RunContext,
): Promise<ReadonlyMap<string, T>> {
  const limit = pLimit(AT_ONCE);
  const faults: AppError[] = [];
  const contents = new Map<string, T>();
  const totalItems = lock.packages.length;
  const readOne = async (locked: LockedPackage): Promise<void> => {
    context.signal.throwIfAborted();
    try {
      contents.set(locked.sha256, await read(locked));
      context.report({ type: 'phase.progress', phase: 'contents', doneItems: contents.size, totalItems });
    } catch (error) {
      if (!isAppError(error)) throw error;
      faults.push(error);
    }
  };
  await runPhase(
    context,
    { phase: 'contents', title, totalItems },
    async () => Promise.all(lock.packages.map((locked) => limit(readOne, locked))),
    () => detail([...contents.values()]),
  );
  if (faults.length > 0) throw joined(faults);
  return contents;
}

const HINT = 'the upstream published a broken package: exclude it or take another upstream with an overlay (--manifest)';

function joined(faults: readonly AppError[]): AppError {
  const [first] = faults;
  if (first === undefined) throw new Error('no fault');
  if (faults.length === 1) return first.hint === undefined && first.code === 'PACKAGE_INVALID' ? withHint(first) : first;
  const messages = faults.map(({ message }) => message).sort();
  const code = faults.every((fault) => fault.code === first.code) ? first.code : 'PACKAGE_INVALID';
  return new AppError(code, `${faults.length} packages cannot be used:\n  ${messages.join('\n  ')}`, {
    hint: HINT,
    details: { packages: messages },
  });
}

function withHint(fault: AppError): AppError {
  return new AppError(fault.code, fault.message, { hint: HINT, cause: fault.cause, details: { packages: [fault.message] } });
}
