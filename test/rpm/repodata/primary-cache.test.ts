/** What is kept of primary between runs comes back as it was. */
import { expect, it } from 'vitest';
import { parsePrimaryCache } from '../../../src/rpm/repodata/primary-cache.ts';
import { partsOf } from '../../../src/rpm/repodata/rpm-package-index.ts';
import { toyRpm } from '../../lab/upstreams/toy-rpms.ts';
import { formatPrimaryCache, sourceOf } from '../format-primary-cache.ts';

const PACKAGES = [
  toyRpm('app 1:2.0~rc1-1 x86_64', { requires: ['lib >= 2', '(a if b)'], files: ['/usr/bin/app'], recommends: ['lib >= 2'] }),
  { ...toyRpm('lib', { conflicts: ['old < 1'], obsoletes: ['old'] }), files: [{ path: '/etc/lib', type: 'dir' as const }] },
];

it('keeps everything that decides about packages', () => {
  const pre = { ...PACKAGES[0]!, requires: [{ ...PACKAGES[0]!.requires[0]!, pre: true }] };
  const all = [...PACKAGES, pre].map((pkg) => ({ ...pkg, license: '', sourceRpm: '', timeFile: 0, timeBuild: 0, sizeArchive: 0 }));
  const parts = partsOf(all);
  const back = parsePrimaryCache(sourceOf(formatPrimaryCache(all)));
  expect(all.map((_, at) => back?.package(at))).toEqual(all);
  expect(back).toMatchObject({ count: 3, pairs: parts.pairs });
});

it('makes a package once', () => {
  const back = parsePrimaryCache(sourceOf(formatPrimaryCache(PACKAGES)));
  expect(back?.package(1)).toBe(back?.package(1));
});

it('reads a package when it is asked for', () => {
  const bytes = formatPrimaryCache(PACKAGES);
  const read: number[] = [];
  const count = (start: number, end: number) => {
    read.push(start);
    return bytes.subarray(start, end);
  };
  const source = { sizeBytes: bytes.length, read: count };
  const back = parsePrimaryCache(source);
  const before = read.length;
  expect(back?.package(1).name).toBe('lib');
  back?.package(1);
  expect(read).toHaveLength(before + 1);
});

it('has room for as many packages as there are', () => {
  const many = Array.from({ length: 5000 }, (_, at) => toyRpm(`p${at}`));
  const back = parsePrimaryCache(sourceOf(formatPrimaryCache(many)));
  expect(back?.count).toBe(5000);
  expect(back?.package(4999).name).toBe('p4999');
});

it.each([
  ['nothing', Buffer.alloc(0)],
  ['another form', Buffer.from('{"capabilities":[],"packages":[]}')],
  ['less than it says', formatPrimaryCache(PACKAGES).subarray(0, -1)],
  ['more than it says', Buffer.concat([formatPrimaryCache(PACKAGES), Buffer.of(0)])],
])('takes %s for no packages', (_, bytes) => {
  expect(parsePrimaryCache(sourceOf(bytes))).toBeNull();
});
