import { describe, expect, it } from 'vitest';
import { backoffMs, parseRetryAfterMs } from '../../../src/fetch/transport/retry-policy.ts';

it.each([
  [1, 0, 250],
  [1, 1, 500],
  [3, 0.5, 1500],
  [20, 1, 15_000],
])('waits before round %d, with chance %d, %d ms', (round, random, ms) => {
  expect(backoffMs(round, random)).toBe(ms);
});

describe('Retry-After', () => {
  const now = Date.parse('Sat, 01 Jun 2024 10:00:00 GMT');
  it.each([
    ['0', 0],
    [' 5 ', 5000],
    ['99999', 60_000],
    ['Sat, 01 Jun 2024 10:00:30 GMT', 30_000],
    ['Sat, 01 Jun 2024 09:00:00 GMT', 0],
    ['soon', undefined],
    [null, undefined],
  ])('%s asks for %s ms', (header, ms) => {
    expect(parseRetryAfterMs(header, now)).toBe(ms);
  });
});
