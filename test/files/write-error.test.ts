/** What the disk answers becomes an error a person can act on. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { explainWriteError, outputTarget, type WriteTarget, withWriteErrors } from '../../src/files/write-error.ts';

const TARGET: WriteTarget = {
  path: '/tmp/out/b.tgz',
  what: 'the bundle',
  neededBytes: 2 * 1024 * 1024,
  unwritable: 'STORE_UNWRITABLE',
  hints: { full: 'make room', unwritable: 'ask for the right' },
};
const failure = (code: string) => Object.assign(new Error(`${code}: it did not work`), { code });

it.each(['ENOSPC', 'EDQUOT'])('%s is a full disk, with path and figures', async (code) => {
  const error = failure(code);
  expect(await explainWriteError(error, TARGET)).toMatchObject({
    code: 'DISK_FULL',
    message: expect.stringMatching(new RegExp(`^no room to write the bundle to /tmp/out/b.tgz, 2.0 MiB needed, .* free \\(${code}\\)$`)),
    hint: 'make room',
    cause: error,
    details: { path: '/tmp/out/b.tgz', neededBytes: 2 * 1024 * 1024, freeBytes: expect.any(Number) },
  });
});

it('leaves the size away that nobody knows', async () => {
  const explained = (await explainWriteError(failure('ENOSPC'), { ...TARGET, neededBytes: null })) as AppError;
  expect(explained.message).not.toContain('needed');
});

it.each(['EACCES', 'EROFS', 'EPERM', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ENOENT', 'EFBIG', 'ENAMETOOLONG', 'EIO'])(
  '%s is a place that cannot be written',
  async (code) => {
    const error = failure(code);
    expect(await explainWriteError(error, TARGET)).toMatchObject({
      code: 'STORE_UNWRITABLE',
      message: `the bundle cannot be written to /tmp/out/b.tgz: ${code}: it did not work`,
      hint: 'ask for the right',
      cause: error,
    });
  },
);

it.each<[string, unknown]>([
  ['a network error', failure('ECONNRESET')],
  ['an error that was explained already', new AppError('FETCH_FAILED', 'x')],
  ['a bug', new TypeError('x is undefined')],
  ['no error at all', 'x'],
])('%s stays what it is', async (_, error) => {
  expect(await explainWriteError(error, TARGET)).toBe(error);
});

it('explains what the work throws, and gives what it returns', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'write-error-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'file'), '');
  const target = outputTarget(dir, 'the tree', null, '--tree');
  await expect(withWriteErrors(target, () => mkdir(join(dir, 'file', 'below')))).rejects.toMatchObject({
    code: 'OUTPUT_UNWRITABLE',
    hint: 'choose another place with --tree',
  });
  await expect(withWriteErrors(target, async () => 7)).resolves.toBe(7);
});

it('does not name an option there is none of', () => {
  expect(outputTarget('/x', 'the tree', null).hints).toEqual({
    full: 'free some space there, or choose another directory',
    unwritable: 'choose another directory',
  });
});
