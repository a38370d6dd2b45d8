/**
 * A host for tests that need none: files, units and packages in memory behind the real wire form of batches. Commands are answered by
 * rules; one that no rule knows fails the test. Everything that was done is in {@link FakeHost.done}.
 */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { BATCH_SCRIPT } from '../../src/host/batch-script.ts';
import type { Command } from '../../src/host/command.ts';
import type { Host, RunOptions, RunResult } from '../../src/host/host.ts';
import { LEASE_SCRIPT } from '../../src/host/lease-script.ts';

/** One operation of a batch, or a command that was run by itself (`op` is `exec`), as it arrived. */
export interface FakeOperation {
  readonly op: string;
  readonly tolerant: boolean;
  readonly argv: readonly string[];
  readonly stdin: string;
  /** The bytes of `stdin`. */
  readonly input: Buffer;
  /** Empty for a command. */
  readonly path: string;
  readonly data: Buffer;
  /** Of a link or a move its target, of a copy its blob, of a guard its digest. */
  readonly other: string;
  readonly access: FakeAccess;
}

export interface FakeAccess {
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
}

/** What is at a path. */
export type FakeEntry =
  | ({ readonly type: 'file'; readonly content: Buffer } & FakeAccess)
  | ({ readonly type: 'directory' } & FakeAccess)
  | { readonly type: 'symlink'; readonly target: string };

/** What a command prints, with status 0, or its status and what it prints. */
export type Answer = string | { readonly code: number; readonly output?: string };

/** Answers the commands it knows; undefined for any other. */
export type Rule = (operation: FakeOperation, host: FakeHost) => Answer | undefined;

const ROOT: FakeAccess = { mode: 0o755, owner: 'root', group: 'root' };

export class FakeHost implements Host {
  readonly id: string = 'fake';
  readonly entries = new Map<string, FakeEntry>();
  readonly done: FakeOperation[] = [];
  /** Locks that batches held. */
  readonly locks: string[] = [];
  /** Beginnings and ends of runs that hold the host. */
  readonly holds: string[] = [];
  /** What somebody else does on the host before a batch gets its lock. */
  beforeLock: () => void = () => {};
  isClosed = false;
  readonly #rules: readonly Rule[];

  constructor(...rules: Rule[]) {
    this.#rules = rules;
    for (const path of ['/etc', '/usr', '/usr/sbin', '/var', '/var/lib', '/run']) this.entries.set(path, { type: 'directory', ...ROOT });
  }

  /** Puts a file there, as somebody else would. */
  put(path: string, content: string, access: FakeAccess = { ...ROOT, mode: 0o644 }): void {
    this.#parents(path);
    this.entries.set(path, { type: 'file', content: Buffer.from(content), ...access });
  }

  /** The text of a file; null when there is none. */
  text(path: string): string | null {
    const entry = this.entries.get(path);
    return entry?.type === 'file' ? entry.content.toString() : null;
  }

  /** Commands that were run, as one line each. */
  get commands(): string[] {
    return this.done.filter(({ op }) => op === 'exec').map(({ argv }) => argv.join(' '));
  }

  /** Operations that change a file, as `op path`. */
  get changes(): string[] {
    return this.done.filter(({ op }) => op !== 'exec' && op !== 'guard').map(({ op, path }) => `${op} ${path}`);
  }

  async run({ argv, stdin }: Command, options: RunOptions = {}): Promise<RunResult> {
    if (argv[2] === LEASE_SCRIPT) return this.#lease(stdin as Readable, options);
    const input = stdin === undefined ? Buffer.alloc(0) : typeof stdin === 'string' ? Buffer.from(stdin) : await bytesOf(stdin);
    const result = argv[2] === BATCH_SCRIPT ? this.#batch(argv, input) : this.#alone(argv, input);
    options.onStdout?.(result.stdout);
    return result;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  /** Held as long as somebody says so; never by anybody else. */
  async #lease(stdin: Readable, options: RunOptions): Promise<RunResult> {
    this.holds.push('begin');
    options.onStdout?.(Buffer.from('mine\n'));
    const said = await bytesOf(stdin);
    this.holds.push(said.toString() === 'e' ? 'end' : `end ${said}`);
    return { code: 0, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  }

  #alone(argv: readonly string[], input: Buffer): RunResult {
    const { code, output } = this.#exec({ ...EMPTY, op: 'exec', argv, stdin: input.toString(), input });
    return { code, stdout: Buffer.from(output), stderr: Buffer.alloc(0) };
  }

  #batch(argv: readonly string[], input: Buffer): RunResult {
    const [nonce = '', lock = ''] = argv.slice(4);
    if (lock !== '') {
      this.beforeLock();
      this.locks.push(lock);
    }
    const pieces: string[] = [];
    for (const [index, operation] of decode(input).entries()) {
      const { code, output } = operation.op === 'exec' ? this.#exec(operation) : this.#act(operation);
      pieces.push(`\n${nonce} begin ${index}\n${output}\n${nonce} end ${index} ${code}\n`);
      if (code !== 0 && !operation.tolerant) return { code: 1, stdout: Buffer.from(pieces.join(''), 'latin1'), stderr: Buffer.alloc(0) };
    }
    pieces.push(`\n${nonce} done\n`);
    return { code: 0, stdout: Buffer.from(pieces.join(''), 'latin1'), stderr: Buffer.alloc(0) };
  }

  #exec(operation: FakeOperation): { code: number; output: string } {
    this.done.push(operation);
    for (const rule of this.#rules) {
      const answer = rule(operation, this);
      if (answer !== undefined) return typeof answer === 'string' ? { code: 0, output: answer } : { output: '', ...answer };
    }
    throw new Error(`nobody planned for this command: ${operation.argv.join(' ').slice(0, 300)} <<< ${operation.stdin.slice(0, 200)}`);
  }

  #act(operation: FakeOperation): { code: number; output: string } {
    this.done.push(operation);
    const { op, path, other, data, access } = operation;
    const there = this.entries.get(path);
    const content = there?.type === 'file' ? there.content : Buffer.alloc(0);
    switch (op) {
      case 'append':
        this.#parents(path);
        this.entries.set(path, { type: 'file', ...ROOT, mode: 0o600, content: Buffer.concat([content, data]) });
        break;
      case 'guard': {
        const isRight = other === '-' ? there === undefined : sha256(content) === other;
        return isRight ? OK : { code: 1, output: `${path} was changed by somebody else meanwhile\n` };
      }
      case 'backup':
        if (there === undefined) return { code: 1, output: `${path} is not there\n` };
        if (!this.entries.has(other)) this.entries.set(other, there);
        break;
      case 'restore': {
        const copy = this.entries.get(other);
        if (copy === undefined) return { code: 1, output: `${other} is not there\n` };
        this.entries.set(path, copy);
        break;
      }
      case 'directory':
        this.#parents(path);
        this.entries.set(path, { type: 'directory', ...access });
        break;
      case 'metadata':
        if (there === undefined || there.type === 'symlink') return { code: 1, output: `${path} is not there\n` };
        this.entries.set(path, { ...there, ...access });
        break;
      case 'write': {
        const checked = operation.argv.length === 0 ? OK : this.#exec({ ...operation, op: 'exec' });
        if (checked.code !== 0) return checked;
        this.#parents(path);
        this.entries.set(path, { type: 'file', content: data, ...access });
        break;
      }
      case 'symlink':
        this.#parents(path);
        this.entries.set(path, { type: 'symlink', target: other });
        break;
      case 'remove':
        this.entries.delete(path);
        break;
      case 'rmdir':
        if (![...this.entries.keys()].some((one) => one.startsWith(`${path}/`))) this.entries.delete(path);
        break;
      default:
        throw new Error(`nobody planned for this operation: ${op} ${path}`);
    }
    return OK;
  }

  #parents(path: string): void {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const parent = path.slice(0, at);
      if (!this.entries.has(parent)) this.entries.set(parent, { type: 'directory', ...ROOT });
    }
  }
}

const OK = { code: 0, output: '' };
const EMPTY: FakeOperation = {
  op: '',
  tolerant: false,
  argv: [],
  stdin: '',
  input: Buffer.alloc(0),
  path: '',
  data: Buffer.alloc(0),
  other: '',
  access: ROOT,
};

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Answers commands whose line holds `part`. */
export function on(part: string, answer: Answer | ((operation: FakeOperation, host: FakeHost) => Answer)): Rule {
  return (operation, host) => {
    if (!operation.argv.join(' ').includes(part)) return undefined;
    return typeof answer === 'function' ? answer(operation, host) : answer;
  };
}

async function bytesOf(stdin: Uint8Array | AsyncIterable<Uint8Array>): Promise<Buffer> {
  if (stdin instanceof Uint8Array) return Buffer.from(stdin);
  const pieces: Uint8Array[] = [];
  for await (const piece of stdin) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Reads the wire form of `encodeOperations` back. */
function decode(input: Buffer): FakeOperation[] {
  let at = 0;
  const line = (): string => {
    const end = input.indexOf(10, at);
    if (end < 0) throw new Error('the batch ends too early');
    const text = input.toString('utf8', at, end);
    at = end + 1;
    return text;
  };
  const bytes = (length: number): Buffer => {
    const taken = Buffer.from(input.subarray(at, at + length));
    if (taken.length !== length) throw new Error('the batch ends inside data');
    at += length;
    return taken;
  };
  const words = (): string[] => Array.from({ length: Number(line()) }, line);
  const access = (): FakeAccess => ({ mode: Number.parseInt(line(), 8), owner: line(), group: line() });
  const operations: FakeOperation[] = [];
  for (let op = line(); op !== 'end'; op = line()) {
    const base = { ...EMPTY, op, tolerant: line() === '1' };
    if (op === 'exec') {
      line();
      const length = line();
      const argv = words();
      const input = length === '-' ? base.input : bytes(Number(length));
      operations.push({ ...base, argv, stdin: input.toString(), input });
      continue;
    }
    const path = line();
    if (op === 'append') operations.push({ ...base, path, data: bytes(Number(line())) });
    else if (op === 'write') {
      const own = access();
      const data = bytes(Number(line()));
      operations.push({ ...base, path, access: own, data, argv: words() });
    } else if (op === 'directory' || op === 'metadata') operations.push({ ...base, path, access: access() });
    else if (op === 'remove' || op === 'rmdir') operations.push({ ...base, path });
    else operations.push({ ...base, path, other: line() });
  }
  return operations;
}
