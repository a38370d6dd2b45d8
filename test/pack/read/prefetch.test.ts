import { describe, expect, it } from 'vitest';
import { prefetch } from '../../../src/pack/read/prefetch.ts';

async function* count(asked: number[], fails = -1): AsyncGenerator<number> {
  try {
    for (let n = 0; n < 5; n += 1) {
      if (n === fails) throw new Error('broken');
      asked.push(n);
      yield n;
    }
  } finally {
    asked.push(-1);
  }
}

describe('prefetch', () => {
  it('yields everything in order, one asked for in advance', async () => {
    const asked: number[] = [];
    const seen: number[] = [];
    for await (const item of prefetch(count(asked))) {
      seen.push(item);
      await new Promise((resolve) => setImmediate(resolve));
      if (item < 4) expect(asked.at(-1)).toBe(item + 1);
    }
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  it('ends the source when the reader stops early', async () => {
    const asked: number[] = [];
    for await (const item of prefetch(count(asked))) if (item === 1) break;
    expect(asked).toEqual([0, 1, 2, -1]);
  });

  it('throws the error of the source in its turn', async () => {
    const seen: number[] = [];
    const run = async () => {
      for await (const item of prefetch(count([], 2))) seen.push(item);
    };
    await expect(run()).rejects.toThrow('broken');
    expect(seen).toEqual([0, 1]);
  });
});
