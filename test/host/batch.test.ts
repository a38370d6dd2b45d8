import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeOperations, type Operation, runBatch, runBatchChecked } from '../../src/host/batch.ts';
import type { Host } from '../../src/host/host.ts';
import { localHost } from '../../src/host/local.ts';

const host = localHost();
const me = { owner: String(process.getuid?.()), group: String(process.getgid?.()) };
const asMe = { privileged: false };
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'pigsty-batch-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('a batch of operations', () => {
  it('keeps output with any bytes apart, operation by operation', async () => {
    const odd = Buffer.from([0, 10, 64, 10, 0, 255, 10]);
    const results = await runBatch(
      host,
      [
        { op: 'exec', argv: ['cat'], stdin: odd },
        { op: 'exec', argv: ['printf', '%s|', 'a b', "it's", '$(id)', '\\n'] },
        { op: 'exec', argv: ['sh', '-c', 'echo out; echo err >&2'], errors: 'drop' },
        { op: 'exec', argv: ['true'], stdin: 'x'.repeat(300_000) },
        { op: 'exec', argv: ['cat'] },
      ],
      asMe,
    );
    expect(results.map((r) => r.code)).toEqual([0, 0, 0, 0, 0]);
    expect(results[0]?.output).toEqual(odd);
    expect(results[1]?.output.toString()).toBe("a b|it's|$(id)|\\n|");
    expect(results[2]?.output.toString()).toBe('out\n');
  });

  it('stops at the first failure, which is the last result', async () => {
    const results = await runBatch(
      host,
      [
        { op: 'exec', argv: ['false'], tolerant: true },
        { op: 'exec', argv: ['sh', '-c', 'echo why >&2; exit 7'] },
        { op: 'write', path: join(root, 'never'), mode: 0o644, ...me, data: 'x' },
      ],
      asMe,
    );
    expect(results.map((r) => r.code)).toEqual([1, 7]);
    expect(results[1]?.output.toString()).toBe('why\n');
    expect(await readdir(root)).not.toContain('never');
  });

  it('writes whole files with their mode, in directories it makes, and nothing else remains', async () => {
    const path = join(root, 'new dir', 'a$b');
    const data = Buffer.from([1, 0, 10, 255]);
    const results = await runBatch(host, [{ op: 'write', path, mode: 0o640, ...me, data }], asMe);
    expect(results).toMatchObject([{ code: 0 }]);
    expect(await readFile(path)).toEqual(data);
    expect((await stat(path)).mode & 0o7777).toBe(0o640);
    expect(await readdir(join(root, 'new dir'))).toEqual(['a$b']);
  });

  it('leaves the old file when the validation of the new one fails', async () => {
    const path = join(root, 'checked');
    await writeFile(path, 'old');
    const validate = ['grep', '-q', 'good', '{file}'];
    const write = (data: string): Operation => ({ op: 'write', path, mode: 0o600, ...me, data, validate });
    expect((await runBatch(host, [write('bad')], asMe))[0]?.code).toBe(1);
    expect(await readFile(path, 'utf8')).toBe('old');
    expect((await runBatch(host, [write('good')], asMe))[0]?.code).toBe(0);
    expect(await readFile(path, 'utf8')).toBe('good');
    expect((await readdir(root)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('notices a file that changed since it was looked at', async () => {
    const path = join(root, 'guarded');
    await writeFile(path, 'a');
    const sha256 = 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb';
    const guard = (expected: string | null): Operation => ({ op: 'guard', path, sha256: expected, tolerant: true });
    expect((await runBatch(host, [guard(sha256), guard(null), guard('0'.repeat(64))], asMe)).map((r) => r.code)).toEqual([0, 1, 1]);
  });

  it('backs up once and restores exactly, links too', async () => {
    const [path, blob] = [join(root, 'kept'), join(root, 'blobs', '1')];
    await writeFile(path, 'first', { mode: 0o604 });
    const before = await stat(path);
    await runBatch(
      host,
      [
        { op: 'backup', path, blob },
        { op: 'write', path, mode: 0o644, ...me, data: 'second' },
        { op: 'backup', path, blob },
      ],
      asMe,
    );
    expect(await readFile(path, 'utf8')).toBe('second');
    await runBatch(host, [{ op: 'restore', path, blob }], asMe);
    const after = await stat(path);
    expect(await readFile(path, 'utf8')).toBe('first');
    expect([after.mode, after.mtimeMs]).toEqual([before.mode, before.mtimeMs]);
  });

  it('appends whole lines, and first cuts off what an interrupted append left, wherever that was cut', async () => {
    const path = join(root, 'lines');
    const append = (data: string): Operation => ({ op: 'append', path, data });
    const torn = '{"a":"half a line\\0';
    for (let length = 0; length <= torn.length; length++) {
      await writeFile(path, `one\ntwo\n${torn.slice(0, length)}`);
      expect(await runBatch(host, [append('three\nfour\n'), append('five\n')], asMe)).toMatchObject([{ code: 0 }, { code: 0 }]);
      expect(await readFile(path, 'utf8')).toBe('one\ntwo\nthree\nfour\nfive\n');
    }
    await writeFile(path, torn);
    await runBatch(host, [append('one\n')], asMe);
    expect(await readFile(path, 'utf8')).toBe('one\n');
    expect((await readdir(root)).filter((name) => name.startsWith('lines'))).toEqual(['lines']);
  });

  it('that did not work is an exception when it is asked for, with the operation and what was said', async () => {
    const failing: Operation = { op: 'exec', argv: ['sh', '-c', 'echo the password is abc >&2; exit 7'] };
    await expect(runBatchChecked(host, [failing], { ...asMe, mask: ['abc'] })).rejects.toMatchObject({
      code: 'HOST_COMMAND_FAILED',
      message: expect.stringMatching(/sh -c .* failed with status 7: the password is \*\*\*$/),
    });
    expect(await runBatchChecked(host, [{ ...failing, tolerant: true }], asMe)).toMatchObject([{ code: 7 }]);
  });

  it('reports each end as it happens', async () => {
    const seen: string[] = [];
    await runBatch(
      host,
      [
        { op: 'exec', argv: ['true'] },
        { op: 'exec', argv: ['true'] },
      ],
      { ...asMe, onBegin: (i) => seen.push(`begin ${i}`), onEnd: (i, r) => seen.push(`end ${i} ${r.code}`) },
    );
    expect(seen).toEqual(['begin 0', 'end 0 0', 'begin 1', 'end 1 0']);
  });

  it('does not act on input that was cut short', async () => {
    const path = join(root, 'cut');
    const whole = encodeOperations([{ op: 'write', path, mode: 0o644, ...me, data: 'x'.repeat(1000) }]);
    const cutting = {
      ...host,
      run: (command: Parameters<typeof host.run>[0]) => host.run({ ...command, stdin: whole.subarray(0, 600) }, asMe),
    };
    await expect(runBatch(cutting, [{ op: 'exec', argv: ['true'] }], asMe)).rejects.toMatchObject({ code: 'HOST_COMMAND_FAILED' });
    expect((await readdir(root)).filter((name) => name.includes('cut'))).toEqual([]);
  });

  it('refuses a line break in a field', () => {
    expect(() => encodeOperations([{ op: 'remove', path: '/a\nb' }])).toThrow('line break');
    expect(() => encodeOperations([{ op: 'remove', path: 'a' }])).toThrow('absolute');
  });
});

it('a host whose lock another run holds is busy', async () => {
  const busy: Host = { ...host, run: async () => ({ code: 75, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) }) };
  await expect(runBatch(busy, [{ op: 'exec', argv: ['true'] }], { lock: '/x' })).rejects.toMatchObject({ code: 'HOST_BUSY' });
});
