/** When two packages may ship one path, and when dpkg would stop. */
import { expect, it } from 'vitest';
import type { DebPackageFiles } from '../../../src/deb/package/file-conflicts.ts';
import { findDebFileConflicts } from '../../../src/deb/package/file-conflicts.ts';
import { parseSingleRelation } from '../../../src/deb/package/relations.ts';

function pkg(name: string, paths: readonly string[], rest: Partial<DebPackageFiles> = {}): DebPackageFiles {
  const files = new Map(paths.map((path) => [path, `md5 of ${name}`]));
  return { name, version: '2.0', arch: 'all', isMultiArchSame: false, files, replaces: [], conflicts: [], diversions: [], ...rest };
}
const rel = (text: string) => [parseSingleRelation(text)!];

it('names path and both packages, sorted, whatever the order of the input', () => {
  const [a, b] = [pkg('redis', ['/usr/bin/r', '/etc/r']), pkg('redis-server', ['/etc/r', '/usr/bin/r'])];
  const expected = ['/etc/r', '/usr/bin/r'].map((path) => ({ path, packages: ['redis 2.0 all', 'redis-server 2.0 all'] }));
  expect(findDebFileConflicts([a, b])).toEqual(expected);
  expect(findDebFileConflicts([b, a])).toEqual(expected);
});

it('sees through the merged /usr', () => {
  expect(findDebFileConflicts([pkg('a', ['/bin/x']), pkg('b', ['/usr/bin/x'])])).toMatchObject([{ path: '/usr/bin/x' }]);
});

it.each<[string, Partial<DebPackageFiles>, number]>([
  ['Replaces', { replaces: rel('a') }, 0],
  ['Replaces of that version', { replaces: rel('a (<< 3)') }, 0],
  ['Replaces of another version', { replaces: rel('a (<< 2.0)') }, 1],
  ['Replaces of another package', { replaces: rel('c') }, 1],
  ['Conflicts', { conflicts: rel('a') }, 0],
  ['a diversion', { diversions: ['/usr/bin/x'] }, 0],
  ['a diversion of the other spelling', { diversions: ['/bin/x'] }, 0],
  ['a diversion of something else', { diversions: ['/usr/bin/y'] }, 1],
  ['the same content', { files: new Map([['/usr/bin/x', 'md5 of a']]) }, 1],
  ['unknown content', { files: new Map([['/usr/bin/x', null]]) }, 1],
])('%s: %o leaves %i conflicts', (_what, rest, count) => {
  expect(findDebFileConflicts([pkg('a', ['/usr/bin/x']), pkg('b', ['/usr/bin/x'], rest)])).toHaveLength(count);
});

it('lets the architectures of one Multi-Arch: same package share equal files, and only equal ones', () => {
  const amd64 = pkg('lib', ['/usr/share/doc/lib', '/usr/lib/x'], { isMultiArchSame: true, arch: 'amd64' });
  const files = new Map([...amd64.files, ['/usr/lib/x', 'other'] as const]);
  expect(findDebFileConflicts([amd64, { ...amd64, arch: 'arm64' }])).toEqual([]);
  expect(findDebFileConflicts([amd64, { ...amd64, arch: 'arm64', files }])).toMatchObject([{ path: '/usr/lib/x' }]);
});
