import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { errnoOf, isDiskFull } from '../../src/files/errno.ts';

const failure = (code: unknown) => Object.assign(new Error('x'), { code });

it.each<[string, unknown, string]>([
  ['a system error', failure('ENOENT'), 'ENOENT'],
  ['an error of ours, whose code is searched for by people', new AppError('DISK_FULL', 'x'), 'DISK_FULL'],
  ['an error without a code', new Error('ENOENT'), ''],
  ['a code that is a number', failure(2), ''],
  ['something that is no error', { code: 'ENOENT' }, ''],
  ['nothing', undefined, ''],
])('reads %s', (_, error, name) => {
  expect(errnoOf(error)).toBe(name);
});

it('reads what the disk really says', async () => {
  const error: unknown = await readFile('/nonexistent/file').catch((thrown: unknown) => thrown);
  expect(errnoOf(error)).toBe('ENOENT');
});

it.each<[string, boolean]>([
  ['ENOSPC', true],
  ['EDQUOT', true],
  ['EACCES', false],
  ['DISK_FULL', false],
])('%s means a full disk: %s', (code, isFull) => {
  expect(isDiskFull(failure(code))).toBe(isFull);
});
