import { expect, it } from 'vitest';
import { Branches } from '../../src/solve/branches.ts';

/** `levels` of true literals; `wanted` are recommended. */
const judging = (levels: Readonly<Record<number, number>>, wanted: readonly number[] = []) => ({
  levelOf: (literal: number) => levels[literal] ?? -1,
  isRecommended: (literal: number) => wanted.includes(literal),
});

it('finds nothing to improve where no alternative came in', () => {
  const branches = new Branches();
  branches.open(0, [2, 4]);
  expect(branches.improvement(judging({ 2: 1 }))).toBeNull();
});

it('prefers an alternative that came in later, the earliest choice first', () => {
  const branches = new Branches();
  branches.open(0, [2, 4]);
  branches.open(1, [6, 8]);
  expect(branches.improvement(judging({ 2: 1, 4: 2, 6: 2, 8: 3 }))).toMatchObject({ literal: 4, branch: { level: 0 } });
});

it('prefers one that something recommends by now, unless the chosen one is recommended too', () => {
  const branches = new Branches();
  branches.open(0, [2, 4]);
  expect(branches.improvement(judging({ 2: 1 }, [4]))).toMatchObject({ literal: 4 });
  expect(branches.improvement(judging({ 2: 1 }, [2, 4]))).toBeNull();
});

it('tries nothing twice, and forgets choices that were taken back', () => {
  const branches = new Branches();
  branches.open(0, [2, 4]);
  const instead = branches.improvement(judging({ 2: 1, 4: 2 }))!;
  branches.backtrack(0);
  expect(branches.improvement(judging({ 2: 1, 4: 2 }))).toBeNull();
  branches.reopen(instead);
  expect(branches.improvement(judging({ 4: 1, 2: 2 }))).toBeNull();
});
