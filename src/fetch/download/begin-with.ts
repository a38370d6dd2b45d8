/** Use of a p-limit where the caller waits until its work has begun, not until it ends: so work is queued no faster than it is done. */
import type { LimitFunction } from 'p-limit';

/** Work that has begun. */
export interface Begun<T> {
  /** May reject; whoever gets this must await it. */
  readonly finished: Promise<T>;
}

/** Resolves as soon as `limit` has room and `work` runs. */
export function beginWith<T>(limit: LimitFunction, work: () => Promise<T>): Promise<Begun<T>> {
  return new Promise((resolve) => {
    void limit(async () => {
      const finished = work();
      resolve({ finished });
      await finished.catch(() => undefined);
    });
  });
}
