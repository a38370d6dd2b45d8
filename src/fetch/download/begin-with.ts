/** A p-limit whose caller waits for the place, not for the end of the work: what hands something on, but not faster than it is taken. */
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
