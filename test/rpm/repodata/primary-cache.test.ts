/** What is kept of primary between runs comes back as it was. */
import { expect, it } from 'vitest';
import { parsePrimaryCache } from '../../../src/rpm/repodata/primary-cache.ts';
import { partsOf } from '../../../src/rpm/repodata/rpm-package-index.ts';
import { toyRpm } from '../../lab/upstreams/toy-rpms.ts';
import { formatPrimaryCache } from '../format-primary-cache.ts';

const PACKAGES = [
  toyRpm('app 1:2.0~rc1-1 x86_64', { requires: ['lib >= 2', '(a if b)'], files: ['/usr/bin/app'], recommends: ['lib >= 2'] }),
  { ...toyRpm('lib', { conflicts: ['old < 1'], obsoletes: ['old'] }), files: [{ path: '/etc/lib', type: 'dir' as const }] },
];

it('keeps everything that decides about packages', () => {
  const pre = { ...PACKAGES[0]!, requires: [{ ...PACKAGES[0]!.requires[0]!, pre: true }] };
  const all = [...PACKAGES, pre].map((pkg) => ({ ...pkg, license: '', sourceRpm: '', timeFile: 0, timeBuild: 0, sizeArchive: 0 }));
  const parts = partsOf(all);
  const back = parsePrimaryCache(formatPrimaryCache(all));
  expect(all.map((_, at) => back?.package(at))).toEqual(all);
  expect(back).toMatchObject({ count: 3, pairs: parts.pairs });
});

it('makes a package once', () => {
  const back = parsePrimaryCache(formatPrimaryCache(PACKAGES));
  expect(back?.package(1)).toBe(back?.package(1));
});

it.each([
  ['nothing', Buffer.alloc(0)],
  ['another form', Buffer.from('{"capabilities":[],"packages":[]}')],
  ['less than it says', formatPrimaryCache(PACKAGES).subarray(0, -1)],
  ['more than it says', Buffer.concat([formatPrimaryCache(PACKAGES), Buffer.of(0)])],
])('takes %s for no packages', (_, bytes) => {
  expect(parsePrimaryCache(bytes)).toBeNull();
});
