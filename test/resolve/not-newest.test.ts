import { expect, it } from 'vitest';
import { NO_BASELINE } from '../../src/resolve/baseline.ts';
import { notNewest } from '../../src/resolve/not-newest.ts';
import { solveGroupsOf } from '../../src/resolve/resolution.ts';
import { solveGroups } from '../../src/resolve/solve-groups.ts';
import { type ToyStanza, toyMetadata } from '../lab/upstreams/deb-metadata.ts';

function told(stanzas: readonly ToyStanza[], ...texts: readonly string[]): string[] {
  const requests = texts.map((text) => ({ text, origin: 'profile toy', recommends: false, optional: false }));
  const { groups } = solveGroups(toyMetadata(stanzas), solveGroupsOf(requests), [NO_BASELINE]);
  return groups.flatMap(notNewest);
}

it('has nothing to say where every request got its newest version', () => {
  expect(told([['a 1'], ['a 2'], ['b 1']], 'a', 'b')).toEqual([]);
});

it('names what was taken, what was not, and what stands against it', () => {
  const [line, ...rest] = told([['a 1'], ['a 2', { Depends: 'ghost' }], ['b 1']], 'a', 'b');
  expect(rest).toEqual([]);
  expect(line).toMatch(/^a comes as a 1 \[toy\], not as a 2 \[toy\]: .*a 2 \[toy\] requires ghost, but nothing provides ghost$/);
});

it('says so where another request has the choice before', () => {
  const stanzas: ToyStanza[] = [['a 2', { Conflicts: 'b (>= 2)' }], ['a 1'], ['b 2'], ['b 1']];
  expect(told(stanzas, 'a', 'b')).toEqual(['b comes as b 1 [toy], not as b 2 [toy]: another request comes first']);
});
