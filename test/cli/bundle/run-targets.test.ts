/** Several targets in one run: events, table, exit code; one that fails stops nobody. */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/base/errors.ts';
import type { Event } from '../../../src/base/events.ts';
import type { FetchOptions } from '../../../src/cli/bundle/request-options.ts';
import { runTargets, type TargetResult, type TargetWork } from '../../../src/cli/bundle/run-targets.ts';
import type { Downloader } from '../../../src/metadata/downloader.ts';
import { commandContext } from '../../lab/cli/call-command.ts';
import { temporaryDir } from '../../support/fetch-lab.ts';

const OPTIONS: FetchOptions = { store: 'store', mirrors: 'manifest', ca: [], jobs: '32', timeout: '30', offline: true };

const RESULT: TargetResult = {
  summary: { lines: ['made'], data: { made: 1 } },
  row: { packages: '12', size: '3 B', file: '/out', result: 'built' },
};
const good = (target: string, more: Partial<TargetResult['summary']> = {}): TargetWork => ({
  target,
  run: async (_, { report }) => {
    report({ type: 'note', message: 'at work' });
    return { ...RESULT, summary: { ...RESULT.summary, ...more } };
  },
});
const bad = (target: string, error: unknown): TargetWork => ({ target, run: async () => Promise.reject(error) });
const missing = new AppError('FETCH_NOT_FOUND', 'no such file\n  http://host/x', { hint: 'look there' });

async function runAll(works: readonly TargetWork[], abort = new AbortController()) {
  const events: Event[] = [];
  const context = commandContext(await temporaryDir(), { signal: abort.signal }, events);
  return { result: await runTargets(works, ['packages', 'size', 'file'], OPTIONS, context), events };
}

describe('one target', () => {
  it('is as if there were no others', async () => {
    const { result, events } = await runAll([good('d12.x86_64', { exitCode: 1 })]);
    expect(result).toEqual({ ...RESULT.summary, exitCode: 1 });
    expect(events).toEqual([{ type: 'note', message: 'at work' }]);
  });

  it('that fails fails the command', async () => {
    await expect(runAll([bad('d12.x86_64', missing)])).rejects.toBe(missing);
  });
});

describe('several targets', () => {
  it('have events that say whose they are, and one table at the end', async () => {
    const { result, events } = await runAll([good('u24.x86_64'), good('el9.x86_64')]);
    expect(events).toEqual([
      { type: 'target.start', target: 'u24.x86_64', position: 1, count: 2 },
      { type: 'note', message: 'at work', target: 'u24.x86_64' },
      { type: 'target.end', target: 'u24.x86_64', exitCode: 0 },
      { type: 'target.start', target: 'el9.x86_64', position: 2, count: 2 },
      { type: 'note', message: 'at work', target: 'el9.x86_64' },
      { type: 'target.end', target: 'el9.x86_64', exitCode: 0 },
    ]);
    expect(result.exitCode).toBe(0);
    expect(result.lines.slice(-3)).toEqual([
      'target      packages  size  result  file',
      'u24.x86_64        12   3 B  built   /out',
      'el9.x86_64        12   3 B  built   /out',
    ]);
    expect(result.data.targets).toEqual([
      { name: 'u24.x86_64', exitCode: 0, result: { made: 1 } },
      { name: 'el9.x86_64', exitCode: 0, result: { made: 1 } },
    ]);
  });

  it('of which one fails: the others are made, the exit code is 3', async () => {
    const { result, events } = await runAll([bad('u24.x86_64', missing), good('el9.x86_64')]);
    const error = { code: 'FETCH_NOT_FOUND', message: 'no such file\n  http://host/x', hint: 'look there' };
    expect(events).toContainEqual({ type: 'target.end', target: 'u24.x86_64', exitCode: 69, error });
    expect(result.exitCode).toBe(3);
    expect(result.lines.at(-2)).toBe('u24.x86_64         -     -  failed: FETCH_NOT_FOUND  -');
    expect(result.data.targets).toMatchObject([{ name: 'u24.x86_64', exitCode: 69, error }, { name: 'el9.x86_64' }]);
  });

  it('that all fail: the exit code of the first, a bug is told as one', async () => {
    const { result } = await runAll([bad('u24.x86_64', missing), bad('el9.x86_64', new TypeError('oops'))]);
    expect(result.exitCode).toBe(69);
    expect(result.data.targets).toMatchObject([{}, { exitCode: 70, error: { code: 'BUG', message: expect.stringContaining('oops') } }]);
  });

  it('with a result that is an exit code of its own: the largest', async () => {
    expect((await runAll([good('u24.x86_64', { exitCode: 1 }), good('el9.x86_64')])).result.exitCode).toBe(1);
    expect((await runAll([good('u24.x86_64', { exitCode: 1 }), bad('el9.x86_64', missing)])).result.exitCode).toBe(3);
  });

  it('that are interrupted stop', async () => {
    const abort = new AbortController();
    const interrupted = { target: 'u24.x86_64', run: async () => Promise.reject(abort.abort() ?? missing) };
    await expect(runAll([interrupted, good('el9.x86_64')], abort)).rejects.toBe(missing);
  });

  it('share the store and have upstreams of their own', async () => {
    const seen: Downloader[] = [];
    const looking = (target: string): TargetWork => ({ target, run: async (downloader) => (seen.push(downloader) > 0 ? RESULT : RESULT) });
    await runAll([looking('d12.x86_64'), looking('d13.x86_64')]);
    expect(seen[0]?.store).toBe(seen[1]?.store);
    expect(seen[0]).not.toBe(seen[1]);
  });
});
