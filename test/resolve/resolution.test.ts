import { expect, it } from 'vitest';
import type { PackageRequest } from '../../src/config/manifest/select-request.ts';
import { solveGroupsOf } from '../../src/resolve/resolution.ts';

const request = (text: string, separate?: string): PackageRequest => ({
  ...{ text, origin: 'x', recommends: false, optional: false },
  ...(separate === undefined ? {} : { separate }),
});

it.each<[string, readonly PackageRequest[], Readonly<Record<string, readonly string[]>>]>([
  ['nothing', [], { joint: [] }],
  ['what belongs together', [request('a'), request('b')], { joint: ['a', 'b'] }],
  ['what is separate', [request('c', 'other'), request('a'), request('d', 'other')], { joint: ['a'], other: ['c', 'd'] }],
])('groups %s, each in the order of the request', (_, requests, groups) => {
  const found = solveGroupsOf(requests);
  expect(Object.fromEntries([...found].map(([name, members]) => [name, members.map(({ text }) => text)]))).toEqual(groups);
  expect([...found.keys()][0]).toBe('joint');
});
