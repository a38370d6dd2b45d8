/** Operations on a host whose disk is full or read-only: what is said, what is left, and that it goes on when there is room. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Operation, runBatch, runBatchChecked } from '../../src/host/batch.ts';
import { localHost } from '../../src/host/local.ts';
import { smallDisk } from '../support/small-disk.ts';

const root = process.getuid?.() === 0;
if (!root) console.warn('skipped: mounting a small tmpfs needs root');

const host = localHost();
const LINE = `${'x'.repeat(99)}\n`;

describe.runIf(root)('a host whose disk is full', () => {
  it('keeps the lines it had when a further one does not fit, and takes more when there is room', async () => {
    const dir = await smallDisk('size=64k');
    const path = join(dir, 'journal');
    const append: Operation = { op: 'append', path, data: LINE.repeat(10) };
    let count = 0;
    const fill = async (): Promise<unknown> => {
      for (;;) {
        await runBatchChecked(host, [append]);
        count++;
      }
    };
    await expect(fill()).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: expect.stringContaining(`append ${path} failed`),
      hint: 'make room there, then run it again',
    });
    expect(readFileSync(path, 'utf8')).toBe(LINE.repeat(count * 10));
    expect(readdirSync(dir)).toEqual(['journal']);
    execFileSync('mount', ['-o', 'remount,size=128k', dir]);
    await runBatchChecked(host, [append]);
    expect(readFileSync(path, 'utf8')).toBe(LINE.repeat(count * 10 + 10));
  });

  it('keeps the file it had; what comes after is not done, and no word of how we talk to the host is said', async () => {
    const dir = await smallDisk('size=64k');
    const path = join(dir, 'nginx.conf');
    writeFileSync(path, 'old');
    const write: Operation = { op: 'write', path, mode: 0o644, owner: 'root', group: 'root', data: Buffer.alloc(300_000, 'end\n') };
    const after: Operation = { op: 'exec', argv: ['touch', join(dir, 'after')] };
    const [result, ...more] = await runBatch(host, [write, after]);
    expect(result?.output.toString()).toContain('No space left on device');
    expect(more).toEqual([]);
    await expect(runBatch(host, [{ ...write, tolerant: true }, after])).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: expect.not.stringContaining('@'),
    });
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(dir)).toEqual(['nginx.conf']);
  });

  it('is told apart from one that is read-only', async () => {
    const dir = await smallDisk('size=64k,ro');
    const path = join(dir, 'journal');
    await expect(runBatchChecked(host, [{ op: 'append', path, data: LINE }])).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      message: expect.stringContaining('Read-only file system'),
    });
    expect(existsSync(path)).toBe(false);
  });
});
