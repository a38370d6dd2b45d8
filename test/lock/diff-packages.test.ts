import { describe, expect, it } from 'vitest';
import { compareCodeUnits } from '../../src/base/compare.ts';
import { diffPackages } from '../../src/lock/diff-packages.ts';
import type { LockedPackage } from '../../src/lock/lock.ts';
import { locked } from './toy-lock.ts';

describe('diffPackages', () => {
  const diff = (before: LockedPackage[], after: LockedPackage[]) => diffPackages(before, after, compareCodeUnits);

  it('says added, removed, up, down and rebuilt with their bytes', () => {
    const result = diff(
      [locked('down', '2'), locked('gone', '1'), locked('same', '1'), locked('swap', '1', { sha256: 'd'.repeat(64) }), locked('up', '1')],
      [
        locked('down', '1'),
        locked('new', '1', { sizeBytes: 7 }),
        locked('same', '1'),
        locked('swap', '1'),
        locked('up', '2', { sizeBytes: 150 }),
      ],
    );
    expect(result.changes.map((change) => [change.kind, change.name, change.deltaBytes])).toEqual([
      ['down', 'down', 0],
      ['removed', 'gone', -100],
      ['added', 'new', 7],
      ['rebuilt', 'swap', 0],
      ['up', 'up', 50],
    ]);
    expect(result.deltaBytes).toBe(-43);
  });

  it('pairs equal versions first when a name stands several times', () => {
    const result = diff([locked('kernel', '1'), locked('kernel', '2')], [locked('kernel', '2'), locked('kernel', '3')]);
    expect(result.changes).toMatchObject([{ kind: 'up', from: '1', to: '3' }]);
  });
});
