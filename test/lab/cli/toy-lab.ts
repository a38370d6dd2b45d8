/** A directory, a mirror served over HTTP from memory, an overlay that names it, and the real program run against them. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { type ArchiveFiles, type ToyOverlay, toyKey, toyOverlay } from '../upstreams/toy-archive.ts';
import { type CliOptions, type CliRun, startCli } from './run-cli.ts';

/** A mirror whose files may be changed while it runs. Paths it does not have are 404. */
export interface ToyMirror {
  readonly url: string;
  files: ArchiveFiles;
  /** In place of the file at a path. */
  readonly answers: Map<string, (request: IncomingMessage, response: ServerResponse) => void>;
  /** Paths asked for, in order. */
  readonly seen: string[];
}

export async function startMirror(files: ArchiveFiles): Promise<ToyMirror> {
  const answers: ToyMirror['answers'] = new Map();
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '/').slice(1));
    seen.push(path);
    const answer = answers.get(path);
    const bytes = mirror.files.get(path);
    if (answer !== undefined) answer(request, response);
    else if (bytes === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const mirror: ToyMirror = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, files, answers, seen };
  return mirror;
}

/** Answers with a status and nothing else. */
export function status(code: number): (request: IncomingMessage, response: ServerResponse) => void {
  return (_, response) => response.writeHead(code, { 'retry-after': '0' }).end();
}

/** Promises the bytes, sends none, and keeps the connection open. */
export function stall(bytes: Buffer): (request: IncomingMessage, response: ServerResponse) => void {
  return (_, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, 1));
  };
}

export interface ToyLab {
  readonly dir: string;
  /** A file name as the program will be given it. */
  path(...parts: string[]): string;
  /** Writes the overlay `overlay.yaml`. */
  overlay(urls: readonly string[], more?: Partial<ToyOverlay>): Promise<void>;
  /** Runs `argv` in the directory. */
  run(argv: readonly string[], options?: Partial<CliOptions>): Promise<CliRun>;
  start(argv: readonly string[], options?: Partial<CliOptions>): ReturnType<typeof startCli>;
  /** Names in a directory below ours, sorted; an absent one is empty. */
  list(...parts: string[]): string[];
}

/** The command line every build of the toy profile starts from; result in `out`, downloads in `store`. */
export const BUILD: readonly string[] = [
  'build', '--distro', 'd12', '--flavor', 'debian', '--profile', 'toy', '--manifest', 'overlay.yaml',
  '--store', 'store', '--output', 'out', '--no-installer',
]; // biome-ignore format: a command line

export const BUNDLE = 'pigsty-pkg-v4.5.0.d12.x86_64.tgz';

export async function toyLab(): Promise<ToyLab> {
  const dir = mkdtempSync(join(tmpdir(), 'pigsty-cli-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(join(dir, 'home'));
  /**
   * A run that a failed test left behind ends before what stands around it is taken away: the last one registered is the first one called.
   */
  const start: ToyLab['start'] = (argv, options = {}) => {
    const run = startCli(argv, { cwd: dir, ...options });
    onTestFinished(async () => {
      run.child.kill('SIGKILL');
      await run.finished;
    });
    return run;
  };
  const key = await toyKey();
  writeFileSync(join(dir, 'key.asc'), key.publicKeyArmored);
  return {
    dir,
    path: (...parts) => join(dir, ...parts),
    overlay: async (urls, more = {}) =>
      writeFileSync(join(dir, 'overlay.yaml'), toyOverlay({ urls, fingerprint: key.fingerprint, keyFile: join(dir, 'key.asc'), ...more })),
    run: async (argv, options = {}) => start(argv, options).finished,
    start,
    list: (...parts) => {
      try {
        return readdirSync(join(dir, ...parts)).sort();
      } catch {
        return [];
      }
    },
  };
}

/** What a good build leaves: nothing more, nothing half-made. */
export function expectBuilt(lab: ToyLab, run: CliRun, bundle = BUNDLE): void {
  expect(run.stderr + run.stdout).not.toContain('error:');
  expect(run.code, run.stderr).toBe(0);
  expect(lab.list('out')).toEqual([bundle.replace('.tgz', '.lock'), bundle, `${bundle}.sha256`].sort());
}

/** What a failed run must leave: no result, no half-written file, nothing temporary in the store. */
export function expectNothingMade(lab: ToyLab): void {
  expect(lab.list('out')).toEqual([]);
  expect(lab.list('store', 'partial')).toEqual([]);
}
