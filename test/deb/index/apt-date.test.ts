import { expect, it } from 'vitest';
import { parseAptDate } from '../../../src/deb/index/apt-date.ts';

const SEC = Date.UTC(2026, 6, 11, 10, 16, 37) / 1000;

it.each([
  ['Sat, 11 Jul 2026 10:16:37 UTC', SEC],
  ['Sat, 11 Jul 2026 10:16:37 GMT', SEC],
  ['Sat, 11 Jul 2026 10:16:37 Z', SEC],
  ['Sat, 11 Jul 2026 10:16:37 +0000', SEC],
  ['Sat,  11 July 2026 10:16:37  -0000', SEC],
  ['Sat, 1 Jul 2026 1:6:7 UTC', SEC - 10 * 86_400 - 9 * 3600 - 10 * 60 - 30],
  ['Sat Jul 11 10:16:37 2026', SEC],
  ['Saturday, 11-Jul-70 10:16:37 GMT', Date.UTC(1970, 6, 11, 10, 16, 37) / 1000],
  // What apt reads so.
  ['Saturday, 11-Jul-26 10:16:37 GMT', Date.UTC(1926, 6, 11, 10, 16, 37) / 1000],
  ['Sat, 31 Feb 2026 10:16:37 UTC', Date.UTC(2026, 2, 3, 10, 16, 37) / 1000],
])('%s is %d', (text, sec) => {
  expect(parseAptDate(text)).toBe(sec);
});

it.each([
  '',
  'soon',
  '2026-07-11 10:16:37 UTC',
  'Sat, 11 Jul 2026 10:16:37 +0200',
  'Sat, 11 Jul 2026 10:16:37 CEST',
  'Sat, 11 Jul 2026 10:16:37 utc',
  'Sat, 11 Jul 2026 10:16:37',
  'Sat, 11 Jul 2026 10:16:37 UTC x',
  'Sam, 11 Jul 2026 10:16:37 UTC',
  'Sat, 32 Jul 2026 10:16:37 UTC',
  'Sat, 11 Xyz 2026 10:16:37 UTC',
  'Sat, 11 Jul 2026 25:16:37 UTC',
])('%j is no date', (text) => {
  expect(parseAptDate(text)).toBeNull();
});
