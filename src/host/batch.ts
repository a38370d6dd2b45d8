/**
 * Many small operations on a host in one round trip. They are values here, data on the wire, and run in order by the constant script of
 * `batch-script.ts` until one fails.
 */
import { randomBytes } from 'node:crypto';
import { AppError } from '../base/errors.ts';
import { BATCH_SCRIPT } from './batch-script.ts';
import { maskSecrets } from './command.ts';
import { diskFault } from './disk-fault.ts';
import { type Host, type RunOptions, shortCommand } from './host.ts';

/** Paths are absolute; no field but data holds a line break. `tolerant`: a failure does not stop the batch. */
export type Operation = { readonly tolerant?: boolean } & (
  | {
      readonly op: 'exec';
      readonly argv: readonly [string, ...string[]];
      readonly stdin?: string | Uint8Array;
      /** stderr is `drop`ped or (default) `merge`d into the output. */
      readonly errors?: 'drop' | 'merge';
    }
  /** Adds whole lines to a file and forces them to disk, all or none. Half a line that a power cut left at its end is cut off first. */
  | { readonly op: 'append'; readonly path: string; readonly data: string }
  /** Fails unless the file has this digest; `null`: unless nothing is there. */
  | { readonly op: 'guard'; readonly path: string; readonly sha256: string | null }
  /** Copies with owner, mode, times, labels; an existing copy is kept. */
  | { readonly op: 'backup'; readonly path: string; readonly blob: string }
  | { readonly op: 'restore'; readonly path: string; readonly blob: string }
  | { readonly op: 'directory'; readonly path: string; readonly mode: number; readonly owner: string; readonly group: string }
  | { readonly op: 'metadata'; readonly path: string; readonly mode: number; readonly owner: string; readonly group: string }
  | {
      readonly op: 'write';
      readonly path: string;
      readonly mode: number;
      readonly owner: string;
      readonly group: string;
      readonly data: string | Uint8Array;
      /** Run before the switch; an argument `{file}` becomes the temporary file. */
      readonly validate?: readonly string[];
    }
  | { readonly op: 'symlink'; readonly path: string; readonly target: string }
  | { readonly op: 'remove'; readonly path: string }
  /** Removes a directory if it is empty. */
  | { readonly op: 'rmdir'; readonly path: string }
  | { readonly op: 'move'; readonly path: string; readonly target: string }
);

/** How one operation ended. */
export interface OperationResult {
  readonly code: number;
  readonly output: Buffer;
}

export interface BatchOptions extends Pick<RunOptions, 'privileged' | 'timeoutMs' | 'signal'> {
  /** Held while the batch runs; whoever comes second waits. */
  readonly lock?: string;
  readonly onBegin?: (index: number) => void;
  readonly onEnd?: (index: number, result: OperationResult) => void;
  /** Masked in failure messages. */
  readonly mask?: readonly string[];
}

/** Results in the order of the operations. Shorter than the operations when one that was not tolerant failed: that one is the last. */
export type BatchResult = readonly OperationResult[];

/**
 * Runs `operations` in order, in one round trip. An operation that fails ends the batch and is the last result; that is no exception.
 *
 * @throws {AppError} `HOST_COMMAND_FAILED` when the script itself did not run to its end (input cut short, no shell); `DISK_FULL` and
 * `OUTPUT_UNWRITABLE` when a tolerant operation could not write its file; `HOST_BUSY` when another run held the lock for 15 minutes,
 * besides the codes of {@link Host.run}.
 */
export async function runBatch(host: Host, operations: readonly Operation[], options: BatchOptions = {}): Promise<BatchResult> {
  if (operations.length === 0) return [];
  const nonce = `@${randomBytes(12).toString('hex')}`;
  const reader = new BatchReader(nonce, options);
  const run = await host.run(
    { argv: ['sh', '-c', BATCH_SCRIPT, 'sh', nonce, options.lock ?? ''], stdin: encodeOperations(operations) },
    {
      ...(options.privileged === undefined ? {} : { privileged: options.privileged }),
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      onStdout: (chunk) => reader.push(chunk),
    },
  );
  const failed = reader.results.at(-1);
  const isStopped = run.code === 1 && failed !== undefined && failed.code !== 0;
  const complete = reader.done || (isStopped && operations[reader.results.length - 1]?.tolerant !== true);
  if (complete) return reader.results;
  if (run.code === 75) throw new AppError('HOST_BUSY', `${host.id}: another run is still busy`, { hint: 'wait for it to end' });
  const reached = operations[reader.results.length - (isStopped ? 1 : 0)];
  const said = isStopped ? failed.output.toString() : `${run.stderr.toString()}\n${reader.unfinished}`;
  throw operationFault(host, reached, { code: isStopped ? failed.code : run.code, said: maskSecrets(said, options.mask) });
}

/**
 * {@link runBatch}, but an operation that fails and is not tolerant is an exception.
 *
 * @throws {AppError} `DISK_FULL`, `OUTPUT_UNWRITABLE`, `HOST_COMMAND_FAILED` naming host, operation and what was said; the codes of
 * `runBatch`.
 */
export async function runBatchChecked(host: Host, operations: readonly Operation[], options: BatchOptions = {}): Promise<BatchResult> {
  const results = await runBatch(host, operations, options);
  const failed = results.at(-1);
  const last = operations[results.length - 1];
  if (failed === undefined || failed.code === 0 || last?.tolerant === true) return results;
  throw operationFault(host, last, { code: failed.code, said: outputText(failed, options.mask) });
}

function operationFault(host: Host, operation: Operation | undefined, { code, said }: { code: number; said: string }): AppError {
  const what = operation === undefined ? 'talking to the host' : describeOperation(operation);
  const tail = said.trim().slice(-2_000) || 'nothing was said';
  const disk = diskFault(said);
  const options = disk === null ? {} : { hint: `${disk.hint}, then run it again` };
  return new AppError(disk?.code ?? 'HOST_COMMAND_FAILED', `${host.id}: ${what} failed with status ${code}: ${tail}`, options);
}

function describeOperation(operation: Operation): string {
  return operation.op === 'exec' ? shortCommand({ argv: operation.argv }) : `${operation.op} ${operation.path}`;
}

/** The output of an operation as text, secrets masked. */
export function outputText(result: OperationResult | undefined, mask: readonly string[] = []): string {
  return maskSecrets(result?.output.toString() ?? '', mask);
}

/** The wire form. @throws {Error} when a field holds a line break or a path is not absolute: a bug, not a user's mistake. */
export function encodeOperations(operations: readonly Operation[]): Buffer {
  const parts: Uint8Array[] = [];
  const line = (text: string): void => {
    if (/[\n\0]/.test(text)) throw new Error(`a field of a batch operation holds a line break: ${JSON.stringify(text.slice(0, 80))}`);
    parts.push(Buffer.from(`${text}\n`));
  };
  for (const operation of operations) encodeOperation(operation, line, parts);
  line('end');
  return Buffer.concat(parts);
}

function encodeOperation(operation: Operation, line: (text: string) => void, parts: Uint8Array[]): void {
  line(operation.op);
  line(operation.tolerant === true ? '1' : '0');
  if (operation.op === 'exec') {
    encodeExec(operation, line, parts);
    return;
  }
  if (!operation.path.startsWith('/')) throw new Error(`not an absolute path: ${operation.path}`);
  line(operation.path);
  switch (operation.op) {
    case 'append':
      encodeData(toBuffer(operation.data), line, parts);
      break;
    case 'guard':
      line(operation.sha256 ?? '-');
      break;
    case 'backup':
    case 'restore':
      line(operation.blob);
      break;
    case 'symlink':
    case 'move':
      line(operation.target);
      break;
    case 'directory':
    case 'metadata':
      encodeMetadata(operation, line);
      break;
    case 'write':
      encodeMetadata(operation, line);
      encodeData(toBuffer(operation.data), line, parts);
      encodeWords(operation.validate ?? [], line);
      break;
    case 'remove':
    case 'rmdir':
      break;
  }
}

function encodeExec(operation: Operation & { op: 'exec' }, line: (text: string) => void, parts: Uint8Array[]): void {
  line(operation.errors ?? 'merge');
  const stdin = operation.stdin === undefined ? undefined : toBuffer(operation.stdin);
  line(stdin === undefined ? '-' : String(stdin.length));
  encodeWords(operation.argv, line);
  if (stdin !== undefined) parts.push(stdin);
}

function encodeMetadata(operation: { mode: number; owner: string; group: string }, line: (text: string) => void): void {
  line(operation.mode.toString(8).padStart(4, '0'));
  line(operation.owner);
  line(operation.group);
}

function toBuffer(data: string | Uint8Array): Buffer {
  return typeof data === 'string' ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

function encodeData(data: Buffer, line: (text: string) => void, parts: Uint8Array[]): void {
  line(String(data.length));
  parts.push(data);
}

function encodeWords(words: readonly string[], line: (text: string) => void): void {
  line(String(words.length));
  for (const word of words) line(word);
}

/** Splits the script's output into results as it arrives. Output of an operation may hold anything, but not the nonce. */
class BatchReader {
  readonly results: OperationResult[] = [];
  done = false;
  #pending: Buffer = Buffer.alloc(0);
  readonly #marker: Buffer;
  readonly #options: BatchOptions;
  #insideFrom = -1;

  constructor(nonce: string, options: BatchOptions) {
    this.#marker = Buffer.from(`\n${nonce} `);
    this.#options = options;
  }

  /** What the operation under way has said so far. */
  get unfinished(): string {
    return this.#pending.toString();
  }

  push(chunk: Uint8Array): void {
    this.#pending = this.#pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#pending, chunk]);
    while (this.#step()) {
      // Every step consumes one marker line.
    }
  }

  #step(): boolean {
    const at = this.#pending.indexOf(this.#marker);
    if (at < 0) return false;
    const from = at + this.#marker.length;
    const end = this.#pending.indexOf(10, from);
    if (end < 0) return false;
    const [word = '', index = '0', code = '0'] = this.#pending.toString('latin1', from, end).split(' ');
    const output = Buffer.from(this.#pending.subarray(0, at));
    this.#pending = this.#pending.subarray(end + 1);
    this.#marked(word, Number(index), Number(code), output);
    return true;
  }

  #marked(word: string, index: number, code: number, output: Buffer): void {
    if (word === 'begin') {
      this.#insideFrom = index;
      this.#options.onBegin?.(index);
    } else if (word === 'end' && this.#insideFrom === index) {
      const result = { code, output };
      this.results.push(result);
      this.#options.onEnd?.(index, result);
    } else if (word === 'done') {
      this.done = true;
    }
  }
}
