/**
 * Walks through the files of a bundle behind its head: order, every header, every size and digest. Reading and framing are the stream's
 * business.
 */
import { createHash } from 'node:crypto';
import type { BundleFault, FaultCode } from '../format/bundle-fault.ts';
import type { BundleFile, BundleIndex } from '../format/bundle-index.ts';
import { filesInTarOrder } from '../format/bundle-index.ts';
import { BLOCK_BYTES, END_OF_TAR, formatEntryHeader, paddingBytes } from '../format/tar-header.ts';
import type { ByteSource } from './byte-source.ts';
import { explainHeader } from './explain-header.ts';
import type { BundleHead } from './read-head.ts';

/** Receives the content of one file. */
export interface FileSink {
  /** `piece` is valid until the next `write` or `end` has returned: copy what you keep. */
  write(piece: Buffer): Promise<void> | void;
  /** All bytes were written; `ok` says whether they are what the index promises. */
  end(ok: boolean): Promise<void> | void;
  /** Reading or writing failed inside this file; `end` is not called. */
  abort?(): Promise<void> | void;
}

/** What a walk tells. Whatever a visitor throws ends the reading. */
export interface WalkVisitor {
  /**
   * A file begins. Without a sink its content is only checked. `skip` passes over the content without looking at it; `stop` ends the walk
   * before it. What was skipped or not reached is not checked.
   */
  onFile?(file: BundleFile): Promise<FileSink | 'skip' | 'stop' | null> | FileSink | 'skip' | 'stop' | null;
  onFault?(fault: BundleFault): void;
}

/** Says that reading cannot go on; the faults say why. */
export class BrokenOff extends Error {}

export class BundleWalk {
  readonly faults: BundleFault[] = [];
  readonly #bytes: ByteSource;
  readonly #visitor: WalkVisitor;

  constructor(bytes: ByteSource, visitor: WalkVisitor) {
    this.#bytes = bytes;
    this.#visitor = visitor;
  }

  /** Reads everything after the head. */
  async files(head: BundleHead): Promise<void> {
    const expected = filesInTarOrder(head.index);
    let block = head.nextBlock;
    let at = 0;
    while (at < expected.length) {
      at = await this.#matchHeader(block, expected, at, head.index);
      if ((await this.#body(expected[at]!)) === 'stop') return;
      at += 1;
      block = await this.#bytes.upTo(BLOCK_BYTES);
    }
    await this.#end(block);
  }

  /** The position in `expected` whose header starts with `block`: `at`, or a later one when files are missing. */
  async #matchHeader(block: Buffer, expected: readonly BundleFile[], at: number, index: BundleIndex): Promise<number> {
    if (await this.#isHeaderOf(expected[at]!, block, index)) return at;
    if (block.length < BLOCK_BYTES) this.#breakOff('BUNDLE_TRUNCATED', null, `ends before ${expected[at]!.path}`);
    if (block.equals(END_OF_TAR.subarray(0, BLOCK_BYTES))) {
      this.#missing(expected.slice(at));
      throw new BrokenOff();
    }
    for (let later = at + 1; later < expected.length; later += 1) {
      if (!(await this.#isHeaderOf(expected[later]!, block, index))) continue;
      this.#missing(expected.slice(at, later));
      return later;
    }
    const { code, path, what } = explainHeader(block, expected, at);
    return this.#breakOff(code, path, what);
  }

  async #isHeaderOf(file: BundleFile, block: Buffer, index: BundleIndex): Promise<boolean> {
    const header = formatEntryHeader(file.path, file.sizeBytes, index.snapshotSec);
    if (!header.subarray(0, BLOCK_BYTES).equals(block)) return false;
    if (header.length === BLOCK_BYTES) return true;
    const rest = await this.#bytes.upTo(header.length - BLOCK_BYTES);
    if (rest.equals(header.subarray(BLOCK_BYTES))) return true;
    return this.#breakOff('BUNDLE_UNSAFE_ENTRY', file.path, 'its extended header does not say what the index says');
  }

  async #body(file: BundleFile): Promise<'stop' | undefined> {
    const sink = (await this.#visitor.onFile?.(file)) ?? null;
    if (sink === 'stop') return sink;
    if (sink === 'skip') await this.#skip(file);
    else await this.#content(file, sink);
    const padding = await this.#bytes.upTo(paddingBytes(file.sizeBytes));
    if (padding.length !== paddingBytes(file.sizeBytes)) this.#breakOff('BUNDLE_TRUNCATED', file.path, 'ends in the padding after it');
    if (padding.some((byte) => byte !== 0)) this.#breakOff('BUNDLE_INVALID', file.path, 'is followed by hidden data');
    return undefined;
  }

  async #skip(file: BundleFile): Promise<void> {
    const skipped = await this.#bytes.skip(file.sizeBytes);
    if (skipped < file.sizeBytes) this.#breakOff('BUNDLE_TRUNCATED', file.path, `ends ${file.sizeBytes - skipped} bytes too early`);
  }

  async #content(file: BundleFile, sink: FileSink | null): Promise<void> {
    let sha256: string;
    try {
      sha256 = await this.#copy(file, sink);
      if (sha256 !== file.sha256) this.#fault('BUNDLE_DIGEST_MISMATCH', file.path, 'content differs from what the index says');
    } catch (error) {
      await sink?.abort?.();
      throw error;
    }
    await sink?.end(sha256 === file.sha256);
  }

  /** Hands the content to `sink`; returns its digest. */
  async #copy(file: BundleFile, sink: FileSink | null): Promise<string> {
    const hash = createHash('sha256');
    for (let left = file.sizeBytes; left > 0; ) {
      const piece = await this.#bytes.some(left);
      if (piece === null) this.#breakOff('BUNDLE_TRUNCATED', file.path, `ends ${left} bytes too early`);
      const writing = sink?.write(piece);
      hash.update(piece);
      await writing;
      left -= piece.length;
    }
    return hash.digest('hex');
  }

  async #end(block: Buffer): Promise<void> {
    const rest = Buffer.concat([block, await this.#bytes.upTo(END_OF_TAR.length - block.length)]);
    if (rest.length < END_OF_TAR.length) this.#breakOff('BUNDLE_TRUNCATED', null, 'ends before the end of the archive');
    if (!rest.equals(END_OF_TAR)) {
      const { code, path, what } = explainHeader(rest.subarray(0, BLOCK_BYTES), [], 0);
      this.#breakOff(code, path, what);
    }
    if ((await this.#bytes.some(1)) !== null) this.#breakOff('BUNDLE_INVALID', null, 'there is something after the end of the archive');
  }

  #missing(files: readonly BundleFile[]): void {
    for (const file of files) this.#fault('BUNDLE_INVALID', file.path, 'missing from the archive, or out of order');
  }

  #fault(code: FaultCode, path: string | null, what: string): void {
    const fault = { code, path, what };
    this.faults.push(fault);
    this.#visitor.onFault?.(fault);
  }

  #breakOff(code: FaultCode, path: string | null, what: string): never {
    this.#fault(code, path, what);
    throw new BrokenOff();
  }
}
