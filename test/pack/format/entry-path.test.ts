import { describe, expect, it } from 'vitest';
import { findPathFaults, pathFault } from '../../../src/pack/format/entry-path.ts';

describe('pathFault', () => {
  it.each([
    ['pigsty/a_1%3a2.0~rc1+b1-1_all.deb', null],
    ['pigsty/assets/deep/er/x.json', null],
    ['pigsty.sources', null],
    ['pigsty.repo', null],
    ['/etc/passwd', 'absolute'],
    ['pigsty/../x', 'leaves its directory'],
    ['pigsty/./x', 'leaves its directory'],
    ['pigsty//x', 'has characters that are not allowed'],
    ['pigsty/', 'has characters that are not allowed'],
    ['pigsty/a b', 'has characters that are not allowed'],
    ['pigsty/$(x)', 'has characters that are not allowed'],
    ['pigsty/\u200bx', 'has characters that are not allowed'],
    [`pigsty/${'a'.repeat(241)}`, 'too long'],
    ['pigsty', 'not below pigsty/'],
    ['other/x', 'not below pigsty/'],
    ['x.sources', 'not below pigsty/'],
  ])('of %j: %s', (path, fault) => {
    expect(pathFault(path)).toBe(fault);
  });
});

describe('findPathFaults', () => {
  const marker = 'pigsty/repo_complete';

  it('is empty for paths that can lie side by side', () => {
    expect(findPathFaults(['pigsty/a', 'pigsty/a.b/c', 'pigsty.repo', marker])).toEqual([]);
  });

  it.each([
    [['pigsty/a', 'pigsty/a', marker], '"pigsty/a": listed twice'],
    [['pigsty/a', 'pigsty/A', marker], '"pigsty/A": differs from pigsty/a in case only'],
    [['pigsty/a', 'pigsty/A/b', marker], '"pigsty/A/b": pigsty/a is a file, not a directory'],
    [['pigsty/bundle.json', marker], '"pigsty/bundle.json": the index must not list itself or its signature'],
    [['pigsty/a'], 'pigsty/repo_complete: missing'],
  ])('of %j: %s', (paths, fault) => {
    expect(findPathFaults(paths)).toEqual([fault]);
  });

  it('names all of them', () => {
    expect(findPathFaults(['/a', '../b'])).toHaveLength(3);
  });
});
