import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/facts/fact.ts';
import { gatherFacts } from '../../src/facts/gather.ts';
import { FakeHost, on } from '../support/fake-host.ts';
import { debianHost } from '../support/some-input.ts';

const color: Fact<string> = { name: 'color', script: 'cat /color', parse: (output) => output.trim() };

describe('gathering', () => {
  it('asks everything, and what the caller wants to know besides, in one round trip', async () => {
    const { host } = debianHost(undefined, ({ stdin }) => (stdin === color.script ? 'blue\n' : undefined));
    let trips = 0;
    const counting = {
      id: host.id,
      close: () => host.close(),
      run: (...given: Parameters<typeof host.run>) => {
        trips += 1;
        return host.run(...given);
      },
    };
    const facts = await gatherFacts(counting, () => 1_800_000_010_000, { color });
    expect(facts).toMatchObject({ color: 'blue', hostname: 'infra-1', os: { distro: 'd12' }, packageManager: { name: 'apt' } });
    expect([trips, host.changes]).toEqual([1, []]);
  });

  it('measures the clock of the host against the middle of the round trip', async () => {
    const times = [1_800_000_000_000, 1_800_000_004_000];
    const { host } = debianHost();
    expect((await gatherFacts(host, () => times.shift() ?? 0, {})).clockSkewSec).toBe(-2);
  });

  it('looks at the place it is told', async () => {
    const { host, state } = debianHost();
    state.repository = { directory: '/srv/mypkg', id: 'a'.repeat(64) };
    const at = async (place?: { webRoot: string; repoName: string }) =>
      (await gatherFacts(host, Date.now, {}, place === undefined ? {} : { place })).repository.complete;
    expect([await at(), await at({ webRoot: '/srv', repoName: 'mypkg' })]).toEqual([false, true]);
  });

  it('a host that answers nothing at all is told by name', async () => {
    const host = new FakeHost(on('sh', { code: 1 }));
    const mute = {
      id: 'mute',
      close: () => host.close(),
      run: async () => ({ code: 0, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) }),
    };
    await expect(gatherFacts(mute, Date.now, {})).rejects.toMatchObject({
      code: 'HOST_COMMAND_FAILED',
      message: expect.stringContaining('mute'),
    });
  });
});
