import { expect, it } from 'vitest';
import { countOf, formatBytes, formatDuration } from '../../src/base/bytes.ts';

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1536, '1.5 KiB'],
  [1024 ** 2, '1.0 MiB'],
  [3.25 * 1024 ** 3, '3.3 GiB'],
  [5000 * 1024 ** 4, '5000.0 TiB'],
])('%d bytes are %s', (sizeBytes, text) => {
  expect(formatBytes(sizeBytes)).toBe(text);
});

it.each([
  [0, '0ms'],
  [309.6, '310ms'],
  [1000, '1.0s'],
  [59_940, '59.9s'],
  [60_000, '1m 0s'],
  [83_000, '1m 23s'],
  // Rounded to seconds before it is divided: never "1m 60s".
  [119_700, '2m 0s'],
])('%d ms are %s', (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});

it.each([
  [0, '0 packages'],
  [1, '1 package'],
  [2, '2 packages'],
])('%d is counted as %s', (count, text) => {
  expect(countOf(count, 'package')).toBe(text);
});
