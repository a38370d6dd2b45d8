/**
 * sha256 on a second core. Packing hashes everything twice (each file against the index, the tarball for its `.sha256`), and one
 * core does not keep up with a disk. The thread's code is a string so that it also exists when the program is one bundled file.
 */
import { Worker } from 'node:worker_threads';

const THREAD = `
const { createHash } = require('node:crypto');
const { parentPort } = require('node:worker_threads');
const hash = createHash('sha256');
parentPort.on('message', (bytes) => {
  if (bytes === null) parentPort.postMessage(hash.digest('hex'));
  else {
    hash.update(bytes);
    parentPort.postMessage(null);
  }
});
`;

interface Waiter {
  readonly resolve: (answer: string | null) => void;
  readonly reject: (error: Error) => void;
}

/** A running sha256. `close` it in any case, or the process does not end. */
export class DigestThread {
  readonly #worker = new Worker(THREAD, { eval: true, execArgv: [] });
  readonly #waiting: Waiter[] = [];

  constructor() {
    this.#worker.on('message', (answer: string | null) => this.#waiting.shift()?.resolve(answer));
    this.#worker.on('error', (error) => {
      for (const waiter of this.#waiting.splice(0)) waiter.reject(error instanceof Error ? error : new Error(String(error)));
    });
  }

  /** Adds `bytes`. Memory that is shared is read in place: leave it alone until the promise resolves. Other memory is copied. */
  async update(bytes: Uint8Array): Promise<void> {
    await this.#ask(bytes);
  }

  /** Lower-case hex of everything added. */
  async digest(): Promise<string> {
    return (await this.#ask(null)) ?? '';
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(message: Uint8Array | null): Promise<string | null> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(message);
    });
  }
}
