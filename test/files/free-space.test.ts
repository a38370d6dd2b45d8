import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { assertFreeSpace, freeBytesAt } from '../../src/files/free-space.ts';

it('asks the nearest directory that exists', async () => {
  expect(await freeBytesAt(join(tmpdir(), 'not-yet', 'there', 'b.tgz'))).toBeGreaterThan(0);
});

it('lets through what fits, and nothing at all', async () => {
  await expect(assertFreeSpace(tmpdir(), 1, 'the bundle')).resolves.toBeUndefined();
  await expect(assertFreeSpace(join(tmpdir(), 'not-yet'), 0, 'the bundle')).resolves.toBeUndefined();
});

it('refuses what no disk can hold, with both figures', async () => {
  const neededBytes = 2 ** 60;
  await expect(assertFreeSpace(tmpdir(), neededBytes, 'the bundle')).rejects.toMatchObject({
    code: 'DISK_FULL',
    message: expect.stringContaining(`the bundle needs`),
    hint: expect.stringMatching(/^free .* there, or choose another directory$/),
    details: { directory: tmpdir(), neededBytes, freeBytes: expect.any(Number) },
  });
});
