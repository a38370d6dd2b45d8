/**
 * Brings files to disk in the background, two at a time, while others are still being written: one wait at the end instead of one per file.
 */
import { syncPath } from '../../files/sync-path.ts';

const AT_ONCE = 2;

/** Files on their way to disk. */
export class SyncQueue {
  readonly #waiting: string[] = [];
  readonly #running = new Set<Promise<void>>();
  #failure: unknown = null;

  /** Queues a closed file. */
  add(path: string): void {
    this.#waiting.push(path);
    this.#fill();
  }

  /** Waits for all of them. Throws what the first failed sync threw: after that nothing on this disk can be trusted. */
  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    if (this.#failure !== null) throw this.#failure;
  }

  /** Gives up what is waiting and waits for what is running. Never throws. */
  async abandon(): Promise<void> {
    this.#waiting.length = 0;
    await Promise.allSettled(this.#running);
  }

  #fill(): void {
    while (this.#running.size < AT_ONCE && this.#waiting.length > 0) {
      const job = syncPath(this.#waiting.shift()!)
        .catch((error: unknown) => {
          this.#failure ??= error;
        })
        .finally(() => {
          this.#running.delete(job);
          this.#fill();
        });
      this.#running.add(job);
    }
  }
}
