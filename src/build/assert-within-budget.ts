/** Refuses a bundle larger than its carrier can hold, before anything is downloaded. */
import { formatBytes } from '../base/bytes.ts';
import { AppError } from '../base/errors.ts';
import type { Lock } from '../lock/lock.ts';

const MOST_NAMED = 5;

/**
 * Checks the sum of a lock's packages. `budgetBytes` null allows any size.
 *
 * @throws {AppError} `USAGE` with the largest packages when they are larger than allowed.
 */
export function assertWithinBudget(lock: Lock, budgetBytes: number | null): void {
  const size = lock.packages.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (budgetBytes === null || size <= budgetBytes) return;
  const largest = lock.packages.toSorted((a, b) => b.sizeBytes - a.sizeBytes).slice(0, MOST_NAMED);
  throw new AppError('USAGE', `the packages are ${formatBytes(size)}, more than the budget of ${formatBytes(budgetBytes)}`, {
    hint: `largest: ${largest.map(({ name, sizeBytes }) => `${name} ${formatBytes(sizeBytes)}`).join(', ')}; ask for fewer profiles or use --baseline minimal`,
  });
}
