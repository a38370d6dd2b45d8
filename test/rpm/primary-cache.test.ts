/** What is kept of primary between runs comes back as it was. */
import { expect, it } from 'vitest';
import { formatPrimaryCache, parsePrimaryCache } from '../../src/rpm/primary-cache.ts';
import { toyRpm } from '../support/toy-rpms.ts';

const PACKAGES = [
  toyRpm('app 1:2.0~rc1-1 x86_64', { requires: ['lib >= 2', '(a if b)'], files: ['/usr/bin/app'], recommends: ['lib >= 2'] }),
  { ...toyRpm('lib', { conflicts: ['old < 1'], obsoletes: ['old'] }), files: [{ path: '/etc/lib', type: 'dir' as const }] },
];

it('keeps everything that decides about packages', () => {
  const pre = { ...PACKAGES[0]!, requires: [{ ...PACKAGES[0]!.requires[0]!, pre: true }] };
  const all = [...PACKAGES, pre].map((pkg) => ({ ...pkg, license: '', sourceRpm: '', timeFile: 0, timeBuild: 0, sizeArchive: 0 }));
  expect(parsePrimaryCache(formatPrimaryCache(all))).toEqual(all);
});

it('shares equal capabilities', () => {
  const shared = PACKAGES[0]!.requires[0]!;
  const [back] = parsePrimaryCache(formatPrimaryCache([{ ...PACKAGES[0]!, requires: [shared], recommends: [shared] }])) ?? [];
  expect(back?.requires[0]).toBe(back?.recommends[0]);
});

it.each([
  '',
  '{}',
  '{"capabilities":[],"packages":[[["a"],[1,2],[]]]}',
  `{"capabilities":[],"packages":[[["a","0","1","1","noarch","l","sha256","${'0'.repeat(64)}"],[1,2],[],[5]]]}`,
])('takes bytes of another form for nothing: %#', (text) => {
  expect(parsePrimaryCache(Buffer.from(text))).toBeNull();
});
