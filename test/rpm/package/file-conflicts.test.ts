/** Which files of packages installed together are in each other's way. */
import { expect, it } from 'vitest';
import { findRpmFileConflicts } from '../../../src/rpm/package/file-conflicts.ts';

const owned = (label: string, ...files: readonly (readonly [string, string])[]) => ({ label, files });

it('names each path and pair once, sorted', () => {
  const packages = [owned('b 1-1 noarch', ['/x', '1'], ['/a', '1']), owned('a 1-1 noarch', ['/x', '2'], ['/a', '2'], ['/own', '3'])];
  expect(findRpmFileConflicts(packages)).toEqual([
    { path: '/a', packages: ['a 1-1 noarch', 'b 1-1 noarch'] },
    { path: '/x', packages: ['a 1-1 noarch', 'b 1-1 noarch'] },
  ]);
});

it('lets packages share equal files, and a package stand beside its other word size or version', () => {
  expect(findRpmFileConflicts([owned('a 1-1 noarch', ['/x', '1']), owned('b 1-1 noarch', ['/x', '1'])])).toEqual([]);
  expect(findRpmFileConflicts([owned('a 1-1 i686', ['/x', '1']), owned('a 1-1 x86_64', ['/x', '2'])])).toEqual([]);
});
