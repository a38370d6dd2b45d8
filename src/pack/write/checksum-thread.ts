/**
 * The digest of the tarball and the checksum of the gzip member on a second core: together with the digest of each file, which is compared
 * on the first, they are more than one core can do as fast as a disk writes. The thread's code is a string so that it also exists when the
 * program is one file.
 */
import { Worker } from 'node:worker_threads';

const THREAD = `
const { createHash } = require('node:crypto');
const { parentPort } = require('node:worker_threads');
const { crc32 } = require('node:zlib');
const hash = createHash('sha256');
let checksum = 0;
function addStoredBlocks(frame) {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  for (let at = 0; at < frame.length; ) {
    const end = at + 5 + view.getUint16(at + 1, true);
    checksum = crc32(frame.subarray(at + 5, end), checksum);
    at = end;
  }
}
parentPort.on('message', (message) => {
  if (message === null) return parentPort.postMessage(hash.digest('hex'));
  const { bytes, payload } = message;
  hash.update(bytes);
  if (payload === null) addStoredBlocks(bytes);
  else checksum = crc32(payload, checksum);
  parentPort.postMessage(checksum);
});
`;
/** The thread holds one frame at a time: with a heap of the usual size, garbage would only be collected late. */
const LIMITS = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 32 };

interface Waiter {
  readonly resolve: (answer: string | number) => void;
  readonly reject: (error: Error) => void;
}

/** Running checksums of one bundle. `close` it in any case, or the process does not end. */
export class ChecksumThread {
  readonly #worker = new Worker(THREAD, { eval: true, execArgv: [], resourceLimits: LIMITS });
  readonly #waiting: Waiter[] = [];

  constructor() {
    this.#worker.on('message', (answer: string | number) => this.#waiting.shift()?.resolve(answer));
    this.#worker.on('error', (error) => {
      for (const waiter of this.#waiting.splice(0)) waiter.reject(error instanceof Error ? error : new Error(String(error)));
    });
  }

  /**
   * Adds bytes of the tarball and the payload they stand for, null when they are stored blocks; returns the CRC-32 of all payload so far.
   * Memory that is shared is read in place: leave it alone until the promise resolves. Other memory is copied.
   */
  async update(bytes: Uint8Array, payload: Uint8Array | null): Promise<number> {
    return Number(await this.#ask({ bytes, payload }));
  }

  /** Lower-case hex of the sha256 of the tarball so far; nothing can be added after it. */
  async digest(): Promise<string> {
    return String(await this.#ask(null));
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(message: { readonly bytes: Uint8Array; readonly payload: Uint8Array | null } | null): Promise<string | number> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(message);
    });
  }
}
