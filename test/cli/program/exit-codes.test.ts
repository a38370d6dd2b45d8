import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { AppError } from '../../../src/base/errors.ts';
import { EXIT, EXIT_BY_CODE, exitCodeOf } from '../../../src/cli/program/exit-codes.ts';

/** The numbers in the table of README's chapter. */
function documented(): number[] {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const chapter = readme.split('\n## ').find((text) => text.startsWith('Exit codes')) ?? '';
  return [...chapter.matchAll(/\| (\d+) (?=\|)/g)].map((match) => Number(match[1]));
}

it('README lists every exit code there is, and no other', () => {
  const possible = new Set([EXIT.ok, EXIT.bug, EXIT.updates, EXIT.partly, ...Object.values(EXIT_BY_CODE)]);
  expect(documented().sort((a, b) => a - b)).toEqual([...possible].sort((a, b) => a - b));
});

it('every named code can happen', () => {
  const possible = new Set<number>([EXIT.ok, EXIT.bug, EXIT.updates, EXIT.partly, ...Object.values(EXIT_BY_CODE)]);
  expect(Object.entries(EXIT).filter(([, code]) => !possible.has(code))).toEqual([]);
});

it('a busy host is worth another try', () => {
  expect(exitCodeOf(new AppError('HOST_BUSY', 'x'))).toBe(75);
});

it('what is no error of ours is a bug, and of several the first counts', () => {
  expect(exitCodeOf(new Error('x'))).toBe(70);
  expect(exitCodeOf(new AggregateError([new AppError('USAGE', 'x'), new Error('y')]))).toBe(64);
  expect(exitCodeOf(new AggregateError([]))).toBe(70);
});
