import { expect, it } from 'vitest';
import { mountOfPath, mounts } from '../../src/facts/mounts.ts';
import { testFact } from '../support/fact-cases.ts';

testFact(mounts);

const mount = (path: string) => ({ path, device: path, type: 'ext4', options: [], availableBytes: 1, totalBytes: 1 });

it.each([
  ['/data/nginx', '/data'],
  ['/data', '/data'],
  ['/database', '/'],
  ['/data/pg/x', '/data/pg'],
])('%s is on %s', (path, expected) => {
  expect(mountOfPath([mount('/'), mount('/data'), mount('/data/pg')], path)?.path).toBe(expected);
});

it('says nothing of a host whose mounts are not known', () => {
  expect(mountOfPath([], '/data')).toBeUndefined();
});

it('a later mount hides an earlier one on the same path', () => {
  const row = { target: '/data', fstype: 'ext4', options: 'rw', size: 1 };
  const output = JSON.stringify({
    filesystems: [
      { ...row, source: '/dev/a' },
      { ...row, source: '/dev/b' },
    ],
  });
  expect(mounts.parse(output).map((one) => one.device)).toEqual(['/dev/b']);
});
