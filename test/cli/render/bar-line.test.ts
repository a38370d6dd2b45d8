/** What is left of a progress line when the terminal gets narrow. */
import { expect, it } from 'vitest';
import { barLine } from '../../../src/cli/render/bar-line.ts';

const LINE = {
  title: 'Packing /media/usb/pigsty-pkg-v4.5.0.d12.x86_64.tgz',
  fraction: 0.25,
  text: '2.0 MiB of 8.0 MiB, 2.9 MiB/s, 2.1s left',
};

it.each([
  [140, 'Packing /media/usb/pigsty-pkg-v4.5.0.d12.x86_64.tgz [======------------------] 25% 2.0 MiB of 8.0 MiB, 2.9 MiB/s, 2.1s left'],
  [115, 'Packing /media/usb/pigsty-pkg-v4.5.0.d12.x86_64.tgz [===---------] 25% 2.0 MiB of 8.0 MiB, 2.9 MiB/s, 2.1s left'],
  [100, 'Packing /media/usb/pigsty-pkg-v4.5.0.d12.x86_64.tgz 25% 2.0 MiB of 8.0 MiB, 2.9 MiB/s, 2.1s left'],
  [80, expect.stringMatching(/^Packing .*….*\.tgz 25% 2\.0 MiB of .* left$/)],
  [45, '25% 2.0 MiB of 8.0 MiB, 2.9 MiB/s, 2.1s left'],
  [20, '25% 2.0 MiB of 8.0 '],
])('on %i columns', (columns, expected) => {
  const line = barLine(LINE, columns);
  expect(line).toEqual(expected);
  expect(line.length).toBeLessThan(columns);
});

it('has neither bar nor percent where nobody knows how much there is to do', () => {
  expect(barLine({ title: 'Resolving', fraction: null, text: '…' }, 80)).toBe('Resolving …');
});

it('never overfills the bar', () => {
  expect(barLine({ title: 't', fraction: 1, text: 'x' }, 80)).toBe('t [========================] 100% x');
});
