import pLimit from 'p-limit';
import { expect, it } from 'vitest';
import { beginWith } from '../../../src/fetch/download/begin-with.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

it('is over when the work has begun, and waits where there is no room', async () => {
  const limit = pLimit(2);
  const ends: (() => void)[] = [];
  const work = () => new Promise<string>((resolve) => ends.push(() => resolve('stored')));
  const [first] = await Promise.all([beginWith(limit, work), beginWith(limit, work)]);
  let thirdBegan = false;
  void beginWith(limit, work).then(() => {
    thirdBegan = true;
  });
  await settle();
  expect([ends.length, thirdBegan]).toEqual([2, false]);
  ends[0]?.();
  expect(await first?.finished).toBe('stored');
  await settle();
  expect([ends.length, thirdBegan]).toEqual([3, true]);
});

it('hands a failure to whoever awaits the end, and gives the place back', async () => {
  const limit = pLimit(1);
  const { finished } = await beginWith(limit, async () => {
    await settle();
    throw new Error('disk full');
  });
  await expect(finished).rejects.toThrow('disk full');
  expect(await (await beginWith(limit, async () => 'next')).finished).toBe('next');
});
