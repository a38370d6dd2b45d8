import { describe, expect, it } from 'vitest';
import { RequestSlots } from '../../../src/fetch/mirrors/request-slots.ts';
import { MirrorFailure } from '../../../src/fetch/transport/mirror-failure.ts';

const ONE = 'http://one/a';
const TWO = 'http://two/a';

/** Requests that are answered and end when the test says so, at times the test says. */
function mirrorLab(most: number, total = 1000) {
  let nowMs = 0;
  const slots = new RequestSlots(most, total, () => nowMs);
  const asking: (() => void)[] = [];
  const receiving: ((failure?: Error) => void)[] = [];
  const ask = (url: string) =>
    slots.run(url, async (answered) => {
      await new Promise<void>((resolve) => asking.push(resolve));
      answered();
      await new Promise<void>((resolve, reject) => receiving.push((failure) => (failure === undefined ? resolve() : reject(failure))));
    });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    ask: (url: string, count: number) => Array.from({ length: count }, () => ask(url)),
    asking,
    receiving,
    /** Answers, or ends, the `count` oldest at `atMs`, and returns how many are asking and receiving then. */
    step: async (queue: 'asking' | 'receiving', count: number, atMs: number, failure?: Error) => {
      nowMs = atMs;
      for (const go of { asking, receiving }[queue].splice(0, count)) go(failure);
      await settle();
      return [asking.length, receiving.length];
    },
    settle,
  };
}

describe('requests to one mirror', () => {
  it('are half of the most when bodies take long: the next begins when one has ended', async () => {
    const { ask, step, asking, settle } = mirrorLab(8);
    ask(ONE, 20);
    await settle();
    expect(asking).toHaveLength(4);
    expect(await step('asking', 4, 10)).toEqual([0, 4]);
    expect(await step('receiving', 1, 1000)).toEqual([1, 3]);
  });

  it('are as many as allowed where half of the time goes into waiting, but no more than half of them wait at once', async () => {
    const { ask, step, settle } = mirrorLab(8);
    ask(ONE, 40);
    await settle();
    await step('asking', 4, 50);
    expect(await step('receiving', 4, 100)).toEqual([4, 0]);
    expect(await step('asking', 3, 150)).toEqual([4, 3]);
    expect(await step('asking', 4, 151)).toEqual([1, 7]);
  });

  it('all wait at once where nearly all of the time goes into waiting', async () => {
    const { ask, step, settle } = mirrorLab(8);
    ask(ONE, 40);
    await settle();
    await step('asking', 4, 50);
    expect(await step('receiving', 4, 51)).toEqual([8, 0]);
  });

  it('are halved when it answers 429 or 503', async () => {
    const { ask, step, settle } = mirrorLab(8);
    const running = ask(ONE, 20);
    running.forEach((promise) => void promise.catch(() => undefined));
    await settle();
    await step('asking', 4, 10);
    const busy = new MirrorFailure('busy', '503 Service Unavailable');
    expect(await step('receiving', 4, 20, busy)).toEqual([2, 0]);
    await expect(running[0]).rejects.toBe(busy);
  });

  it('do not wait for another mirror, and all together stay within the total', async () => {
    const { ask, asking, settle } = mirrorLab(8, 6);
    ask(ONE, 10);
    ask(TWO, 10);
    await settle();
    expect(asking).toHaveLength(6);
  });

  it('give their place back when they fail before any answer', async () => {
    const slots = new RequestSlots(1, 1, () => 0);
    const failed = slots.run(ONE, async () => {
      throw new MirrorFailure('unreachable', 'no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await slots.run(ONE, async () => 'next')).toBe('next');
  });
});
