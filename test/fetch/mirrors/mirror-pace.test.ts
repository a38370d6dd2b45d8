import { describe, expect, it } from 'vitest';
import { MirrorPace } from '../../../src/fetch/mirrors/mirror-pace.ts';

function pace({ answerMs, bodyMs }: { answerMs: number; bodyMs: number }): MirrorPace {
  const made = new MirrorPace(32);
  made.begin();
  made.noteAnswer(answerMs);
  made.noteBody(bodyMs);
  return made;
}

describe('the number of downloads from one mirror', () => {
  it('is half of the most until something is known', () => {
    const fresh = new MirrorPace(32);
    expect(fresh.connections).toBe(16);
    fresh.noteAnswer(50);
    expect(fresh.connections).toBe(16);
  });

  it.each([
    ['a mirror nearby', { answerMs: 1, bodyMs: 50 }, 16, 16],
    ['large files', { answerMs: 50, bodyMs: 8000 }, 16, 16],
    ['files that take twice the way', { answerMs: 50, bodyMs: 100 }, 24, 16],
    ['files that take as long as the way', { answerMs: 50, bodyMs: 50 }, 32, 16],
    ['small files from afar', { answerMs: 50, bodyMs: 5 }, 32, 32],
    ['files too small to time, from nearby', { answerMs: 0, bodyMs: 0 }, 16, 16],
  ])('for %s, and how many of them may wait', (_, times, connections, asking) => {
    expect(pace(times)).toMatchObject({ connections, asking });
  });

  it('does not grow because the mirror is slow to answer under load', () => {
    const loaded = pace({ answerMs: 2, bodyMs: 50 });
    loaded.noteAnswer(3000);
    loaded.noteBody(50);
    expect(loaded.connections).toBe(17);
  });

  it('is no larger for large files where more small ones are allowed', () => {
    const many = new MirrorPace(64);
    many.noteAnswer(50);
    many.noteBody(8000);
    expect(many).toMatchObject({ connections: 16, asking: 16 });
  });

  it('keeps what the clock may do to it within bounds', () => {
    expect(pace({ answerMs: -5000, bodyMs: -5000 }).connections).toBe(16);
  });
});

it.each([
  [1, 1, 1],
  [2, 1, 2],
  [5, 3, 5],
  [64, 16, 64],
])('with %d at most, begins with %d and ends with %d', (most, first, last) => {
  const small = new MirrorPace(most);
  expect(small.connections).toBe(first);
  small.noteAnswer(50);
  small.noteBody(1);
  expect(small.connections).toBe(last);
});

describe('a mirror that says it is busy', () => {
  it('gets half, once for all that were under way, and never less than one', () => {
    const busy = pace({ answerMs: 50, bodyMs: 5 });
    const underWay = Array.from({ length: 32 }, () => busy.begin());
    for (const request of underWay) busy.noteBusy(request);
    expect(busy.connections).toBe(16);
    for (let round = 0; round < 10; round += 1) busy.noteBusy(busy.begin());
    expect(busy).toMatchObject({ connections: 1, asking: 1 });
  });

  it('gets more again little by little', () => {
    const busy = pace({ answerMs: 50, bodyMs: 5 });
    busy.noteBusy(busy.begin());
    expect(busy.connections).toBe(16);
    for (let i = 0; i < 17; i += 1) busy.noteBody(5);
    expect(busy.connections).toBe(17);
    for (let i = 0; i < 2000; i += 1) busy.noteBody(5);
    expect(busy.connections).toBe(32);
  });
});
