import { expect, it } from 'vitest';
import { changeLine, signedBytes } from '../../../../src/cli/bundle/render/change-line.ts';
import type { PackageChange } from '../../../../src/lock/diff-packages.ts';

const CHANGE: PackageChange = { kind: 'up', name: 'nginx', arch: 'amd64', from: '1', to: '2', deltaBytes: 2048 };

it.each<[Partial<PackageChange>, string]>([
  [{}, '↑ up      nginx amd64 1 → 2  +2.0 KiB'],
  [{ kind: 'down', from: '2', to: '1', deltaBytes: -2048 }, '↓ down    nginx amd64 2 → 1  -2.0 KiB'],
  [{ kind: 'added', from: null, deltaBytes: 5 }, '+ added   nginx amd64 2  +5 B'],
  [{ kind: 'removed', to: null, deltaBytes: -5 }, '- removed nginx amd64 1  -5 B'],
  [{ kind: 'rebuilt', to: '1', deltaBytes: 0 }, '≠ rebuilt nginx amd64 1 → 1'],
])('%j', (change, line) => {
  expect(changeLine({ ...CHANGE, ...change })).toBe(line);
});

it('says which way bytes go', () => {
  expect([signedBytes(0), signedBytes(-1024)]).toEqual(['+0 B', '-1.0 KiB']);
});
