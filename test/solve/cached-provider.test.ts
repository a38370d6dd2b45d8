import { expect, it } from 'vitest';
import { CachedProvider } from '../../src/solve/cached-provider.ts';
import type { SolvableId } from '../../src/solve/types.ts';
import { excludes, needs, providerOf } from './toy-provider.ts';

it('asks the provider once for rules and names', () => {
  const asked: string[] = [];
  const provider = providerOf((id) => {
    asked.push(`rules of ${id}`);
    return [];
  });
  const name = (id: SolvableId) => {
    asked.push(`name of ${id}`);
    return `p${id}`;
  };
  const cache = new CachedProvider({ provider: { ...provider, name }, requests: [] });
  expect([cache.clausesOf(1), cache.clausesOf(1)]).toEqual([[], []]);
  expect([cache.nameOf(2), cache.nameOf(2)]).toEqual(['p2', 'p2']);
  expect(asked).toEqual(['rules of 1', 'name of 2']);
});

it('leaves out the rules among members of the baseline, not those with others', () => {
  const [among, withNew] = [excludes(0, 1), excludes(0, 2)];
  const cache = new CachedProvider({
    provider: providerOf((id) => (id === 0 ? [among, withNew] : [needs(id, 0)])),
    requests: [],
    fixed: [0, 1],
  });
  expect(cache.clausesOf(0)).toEqual([withNew]);
  expect(cache.clausesOf(2)).toEqual([needs(2, 0)]);
});
