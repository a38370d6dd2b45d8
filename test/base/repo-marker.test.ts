import { expect, it } from 'vitest';
import { formatMarker } from '../../src/base/repo-marker.ts';

it('is what sha256sum writes, sorted by file name', () => {
  const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
  expect(
    formatMarker([
      { file: 'b_1.deb', sha256: a },
      { file: 'B_1.deb', sha256: b },
    ]),
  ).toBe(`${b}  B_1.deb\n${a}  b_1.deb\n`);
});

it('is empty without packages', () => {
  expect(formatMarker([])).toBe('');
});
