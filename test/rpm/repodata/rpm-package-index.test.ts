/** Look-ups find every package that has a name, and none that has not. */
import { describe, expect, it } from 'vitest';
import { parsePrimaryCache } from '../../../src/rpm/repodata/primary-cache.ts';
import { indexRpmPackages, RpmPackageIndex } from '../../../src/rpm/repodata/rpm-package-index.ts';
import { toyRpm } from '../../lab/upstreams/toy-rpms.ts';
import { formatPrimaryCache, sourceOf } from '../format-primary-cache.ts';

const SYMBOLS = Array.from({ length: 40 }, (_, at) => `kernel(symbol${at}) = ${at}`);
const PATHS = Array.from({ length: 40 }, (_, at) => `/usr/bin/tool${at}`);
const PACKAGES = [
  toyRpm('app', { provides: ['web = 1', 'web = 2'], obsoletes: ['old-app < 2'], files: ['/usr/bin/app'] }),
  toyRpm('kernel', { provides: SYMBOLS, files: PATHS }),
  toyRpm('app 2-1', { provides: ['web = 3'], supplements: ['web'] }),
  toyRpm('app 1-1 src', { provides: ['web = 1'] }),
];

const kept = parsePrimaryCache(sourceOf(formatPrimaryCache(PACKAGES)));

describe.each([
  ['packages at hand', indexRpmPackages(PACKAGES)],
  ['packages kept on disk', kept === null ? indexRpmPackages([]) : new RpmPackageIndex(kept)],
])('an index of %s', (_, index) => {
  it.each([
    ['by name', index.named('app'), [0, 2]],
    ['by Supplements', index.supplementing(), [2]],
    ['by path', index.owning('/usr/bin/app'), [0]],
    ['by one of many paths', index.owning('/usr/bin/tool9'), [1]],
    ['by what is obsoleted', index.obsoleting('old-app'), [0]],
    ['by digest', index.withPkgid(PACKAGES[2]!.checksum.hex), [2]],
    ['not by another kind of name', index.named('web'), []],
    ['not by a path as a name', index.named('/usr/bin/app'), []],
  ])('finds packages %s', (_how, found, numbers) => {
    expect(found).toEqual(numbers);
  });

  it('tells every version of a capability', () => {
    const provided = (name: string) => index.providing(name).map(({ at, dependency }) => [at, dependency.version]);
    expect(provided('web')).toEqual([
      [0, '1'],
      [0, '2'],
      [2, '3'],
    ]);
    expect(provided('kernel(symbol7)')).toEqual([[1, '7']]);
  });

  it('leaves source packages out', () => {
    expect(index.end).toBe(3);
  });
});
