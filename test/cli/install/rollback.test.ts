import { describe, expect, it, vi } from 'vitest';
import { runRollback, runUninstall } from '../../../src/cli/install/rollback.ts';
import type { RollbackResult } from '../../../src/install/apply/rollback.ts';
import { commandContext } from '../../support/command-context.ts';
import { FakeHost } from '../../support/fake-host.ts';

const engine = vi.hoisted(() => ({ asked: [] as string[], results: [] as unknown[] }));
vi.mock('../../../src/host/local.ts', () => ({ localHost: () => new FakeHost() }));
vi.mock('../../../src/install/apply/rollback.ts', () => ({
  rollback: async (_: unknown, which: string) => {
    engine.asked.push(which);
    return engine.results;
  },
  uninstall: async () => {
    engine.asked.push('uninstall');
    return engine.results;
  },
}));

const undone: RollbackResult = { run: 'RUN', undone: 3, left: ['/data is kept: it holds data'] };

describe('undoing', () => {
  it.each([
    [{}, 'newest'],
    [{ all: true }, 'all'],
  ])('with %j: the %s', async (options, which) => {
    engine.asked.length = 0;
    engine.results = [undone];
    const result = await runRollback(options, commandContext());
    expect(engine.asked).toEqual([which]);
    expect(result.lines).toEqual(['fake: took back run RUN, 3 changes', '  left: /data is kept: it holds data']);
    expect(result.data).toEqual({ host: 'fake', runs: [undone] });
  });

  it('says so when there is nothing', async () => {
    engine.results = [];
    expect((await runRollback({}, commandContext())).lines).toEqual(['fake: nothing to take back']);
  });

  it('uninstalls only with a yes', async () => {
    engine.asked.length = 0;
    await expect(runUninstall({}, commandContext())).rejects.toMatchObject({ code: 'CONFIRMATION_NEEDED' });
    expect(engine.asked).toEqual([]);
    await runUninstall({ yes: true }, commandContext());
    expect(engine.asked).toEqual(['uninstall']);
  });
});
