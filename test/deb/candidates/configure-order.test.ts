import { describe, expect, it } from 'vitest';
import { findOrderFault } from '../../../src/deb/candidates/configure-order.ts';
import { solve } from '../../../src/solve/solve.ts';
import { type World, worldOf } from '../../support/tiny-archive.ts';

function faultOf(world: World, ...names: readonly string[]): readonly string[] | null {
  const provider = worldOf(world);
  const result = solve({ provider, requests: names.map((name) => provider.findRequest(name, 'test')) });
  if (result.kind !== 'solution') throw new Error('no solution');
  return findOrderFault(provider, result.selected);
}

describe('an order to configure in', () => {
  it.each<[string, World]>([
    ['no dependency', { 'a 1': {} }],
    ['Depends in a circle', { 'a 1': { Depends: 'b' }, 'b 1': { Depends: 'c' }, 'c 1': { Depends: 'a' } }],
    ['a Pre-Depends on a circle of Depends', { 'a 1': { 'Pre-Depends': 'b' }, 'b 1': { Depends: 'c' }, 'c 1': { Depends: 'b' } }],
    ['a chain of Pre-Depends', { 'a 1': { 'Pre-Depends': 'b' }, 'b 1': { 'Pre-Depends': 'c' }, 'c 1': {} }],
    ['another alternative that is there', { 'a 1': { 'Pre-Depends': 'b', Depends: 'd' }, 'b 1': { Depends: 'a | d' }, 'd 1': {} }],
  ])('exists with %s', (_, world) => {
    expect(faultOf(world, 'a')).toBeNull();
  });

  it.each<[string, World, readonly string[]]>([
    ['both ways', { 'a 1': { 'Pre-Depends': 'b' }, 'b 1': { 'Pre-Depends': 'a' } }, ['a Pre b', 'b Pre a']],
    ['one way, Depends back', { 'a 1': { 'Pre-Depends': 'b' }, 'b 1': { Depends: 'a' } }, ['a Pre b', 'b a']],
    [
      'somewhere below',
      { 'top 1': { Depends: 'a' }, 'a 1': { 'Pre-Depends': 'b' }, 'b 1': { Depends: 'c' }, 'c 1': { Depends: 'a' } },
      ['a Pre b', 'b c', 'c a'],
    ],
  ])('does not exist with Pre-Depends %s', (_, world, circle) => {
    const lines = faultOf(world, Object.keys(world)[0]?.split(' ')[0] ?? '') ?? [];
    const short = lines
      .slice(0, -1)
      .map((line) => line.replace(/^(\S+) 1 \[debian\] (Pre-)?Depends /, (_all, name, pre) => `${name} ${pre ? 'Pre ' : ''}`));
    expect(short.toSorted()).toEqual(circle);
    expect(lines.at(-1)).toContain('none can be the first');
  });
});
