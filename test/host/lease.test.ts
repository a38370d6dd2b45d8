import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LeaseRequest, withLease } from '../../src/host/lease.ts';
import type { LeaseOwner } from '../../src/host/lease-owner.ts';
import { localHost } from '../../src/host/local.ts';
import { recorder } from '../support/some-input.ts';

const ANN: LeaseOwner = { doing: 'install', user: 'ann', from: 'laptop', pid: 7, boot: 'b', terminal: null, sinceSec: 1_769_839_864 };
const BOB: LeaseOwner = { ...ANN, doing: 'rollback', user: 'bob' };
const MODULE = new URL('../../src/host/lease.ts', import.meta.url).href;
const LOCAL = new URL('../../src/host/local.ts', import.meta.url).href;

const host = localHost();
let directory: string;
let lock: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pigsty-lease-'));
  lock = join(directory, 'lock');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const request = (owner: LeaseOwner, changes: Partial<LeaseRequest> = {}): LeaseRequest => ({ lock, owner, privileged: false, ...changes });

describe('a hold on a host', () => {
  it('is for one at a time: the second is told who it is, since when, and what to do', async () => {
    await withLease(host, request(ANN), recorder(), async () => {
      await expect(withLease(host, request(BOB), recorder(), async () => 'never')).rejects.toMatchObject({
        code: 'HOST_BUSY',
        message: 'local: another run is under way: install by ann@laptop (pid 7) since 2026-01-31 06:11:04 UTC',
        hint: expect.stringContaining('status --follow'),
      });
    });
    expect(existsSync(`${lock}.owner`)).toBe(false);
    const context = recorder();
    expect(await withLease(host, request(BOB), context, async () => 'done')).toBe('done');
    expect(context.events).toEqual([]);
  });

  it('is given back when the work fails', async () => {
    await expect(withLease(host, request(ANN), recorder(), () => Promise.reject(new Error('work')))).rejects.toThrow('work');
    expect(await withLease(host, request(BOB), recorder(), async () => 'done')).toBe('done');
  });

  it('ends with the program that has it, and the next one says from whom it takes over', async () => {
    const script = `import { withLease } from '${MODULE}'; import { localHost } from '${LOCAL}';
      await withLease(localHost(), ${JSON.stringify(request(ANN))}, { report() {}, signal: new AbortController().signal }, async () => {
        console.log('held'); await new Promise((resolve) => setTimeout(resolve, 600_000));
      });`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await expect(withLease(host, request(BOB), recorder(), async () => 'never')).rejects.toMatchObject({ code: 'HOST_BUSY' });
    child.kill('SIGKILL');
    // Long silent: the one who wants it waits until the host has noticed that the program is gone.
    utimesSync(`${lock}.owner`, 0, 0);
    const context = recorder();
    expect(await withLease(host, request(BOB), context, async () => 'done')).toBe('done');
    expect(context.events.at(-1)).toMatchObject({
      type: 'warning',
      message: expect.stringContaining('taken over from a run that died: install by ann@laptop'),
    });
  });

  it('lasts while its program says that it is there, and ends when it is silent', async () => {
    let isLost = false;
    await withLease(host, request(ANN, { beatMs: 600_000, patienceSec: 1 }), recorder(), async ({ signal }) => {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      isLost = true;
      expect(signal.reason).toMatchObject({ code: 'HOST_BUSY', message: expect.stringContaining('was lost') });
    });
    expect(isLost).toBe(true);
    await withLease(host, request(ANN, { beatMs: 50 }), recorder(), async () => {
      utimesSync(`${lock}.owner`, 0, 0);
      while (statSync(`${lock}.owner`).mtimeMs === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    });
  });

  it('is taken whatever stands in the file about its owner', async () => {
    writeFileSync(`${lock}.owner`, '\u001b[31mrubbish\n');
    const context = recorder();
    await withLease(host, request(ANN), context, async () => {
      expect(JSON.parse(readFileSync(`${lock}.owner`, 'utf8'))).toEqual(ANN);
    });
    expect(context.events).toMatchObject([{ message: 'local: taken over from a run that died: somebody' }]);
  });

  it('that cannot be taken says which file', async () => {
    const request = { lock: '/dev/null/lock', owner: ANN, privileged: false };
    await expect(withLease(host, request, recorder(), async () => 'never')).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      message: expect.stringContaining('/dev/null/lock'),
    });
  });
});
