/** Turns (time, bytes) samples into a rate and a time left, smoothed over the last few seconds so that a stall shows quickly. */

const WINDOW_MS = 5000;

/** Feed it with totals as they grow; it forgets samples older than five seconds. */
export class RateMeter {
  readonly #samples: { readonly atMs: number; readonly bytes: number }[] = [];

  /** Records the bytes done so far at a moment. */
  sample(atMs: number, bytes: number): void {
    this.#samples.push({ atMs, bytes });
    while (this.#samples.length > 2 && this.#samples[0]!.atMs < atMs - WINDOW_MS) this.#samples.shift();
  }

  /** Bytes per second over the window; 0 until there are two samples. */
  bytesPerSecond(): number {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return 0;
    return ((last.bytes - first.bytes) * 1000) / (last.atMs - first.atMs);
  }

  /** Milliseconds until `totalBytes`, or null when the rate is unknown or zero. */
  remainingMs(totalBytes: number): number | null {
    const rate = this.bytesPerSecond();
    const done = this.#samples.at(-1)?.bytes ?? 0;
    return rate > 0 ? (Math.max(0, totalBytes - done) * 1000) / rate : null;
  }
}
