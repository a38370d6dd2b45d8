/**
 * How many downloads from one mirror may be under way at once. HTTP/1.1 carries one file at a time on a connection, so on a distant mirror
 * small files leave the line idle: their connections mostly wait for an answer. As long as that is so, more of them may wait. Pure.
 */

/** Downloads of large files, or from nearby, that fill any line; no mirror is asked for more of those. */
const MOST_OF_LARGE = 16;

/** Weight of the newest body in the mean. */
const NEWEST = 1 / 8;

/**
 * See the head of the file. Half of `most` at first, but 16 at the most, and up to `most` when answers take as long as the files. An answer
 * that asks for mercy (429, 503) halves the number, and every success after that brings back a part of one.
 *
 * What others do to a mirror: dnf downloads 3 files at once and allows 20 (`max_parallel_downloads`); apt sends 10 requests ahead on its
 * connection (`Acquire::http::Pipeline-Depth`); browsers open 6 connections, or ask for 100 files on one of HTTP/2; `curl -Z` runs 50
 * transfers. Ours stay within that: there are more than 16 only where the files are so small that each is gone within a round trip or two,
 * and these mostly wait; for large files, or a mirror nearby, the number stays.
 */
export class MirrorPace {
  readonly #most: number;
  /** The shortest time to an answer so far: the round trip. A later answer means a busy mirror, which is no reason to ask it for more. */
  #answerMs = Number.POSITIVE_INFINITY;
  #bodyMs: number | null = null;
  #ceiling: number;
  #begun = 0;
  #slowedAfter = 0;

  /** @param most a whole number of at least 1 */
  constructor(most: number) {
    this.#most = most;
    this.#ceiling = most;
  }

  /**
   * Requests that may wait for an answer at once, at least 1. As many as at first, since files asked for together come together and nobody
   * would be asking meanwhile; more where the files are so small that this cannot last.
   */
  get asking(): number {
    return Math.min(this.connections, Math.round(this.#base * Math.max(1, this.#waits / 2)));
  }

  /** Downloads that may be under way now; at least 1. */
  get connections(): number {
    return Math.min(Math.floor(this.#ceiling), Math.round(this.#base * (1 + this.#waits)));
  }

  get #base(): number {
    return Math.min(MOST_OF_LARGE, Math.ceil(this.#most / 2));
  }

  /** How many times as long as receiving a file waiting for it takes; 0 when unknown. */
  get #waits(): number {
    return this.#bodyMs === null ? 0 : this.#answerMs / Math.max(1, this.#bodyMs);
  }

  /** Numbers the request that begins now, from 1: what {@link noteBusy} is told. */
  begin(): number {
    this.#begun += 1;
    return this.#begun;
  }

  /** @param ms from asking to the head of the answer */
  noteAnswer(ms: number): void {
    this.#answerMs = Math.min(this.#answerMs, Math.max(0, ms));
  }

  /** A download that went well. @param ms from the head of the answer to the last byte */
  noteBody(ms: number): void {
    const bodyMs = Math.max(0, ms);
    this.#bodyMs = this.#bodyMs === null ? bodyMs : this.#bodyMs + (bodyMs - this.#bodyMs) * NEWEST;
    this.#ceiling = Math.min(this.#most, this.#ceiling + 1 / this.#ceiling);
  }

  /** The mirror asked for fewer requests. Those that were under way when it last said so do not count again. */
  noteBusy(request: number): void {
    if (request <= this.#slowedAfter) return;
    this.#slowedAfter = this.#begun;
    this.#ceiling = Math.max(1, Math.floor(this.connections / 2));
  }
}
