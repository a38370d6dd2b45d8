import { expect, it } from 'vitest';
import { parseModuleChoices } from '../../../src/rpm/modules/module-choices.ts';

it('reads a stream for each module; the same one may be named twice', () => {
  expect(Object.fromEntries(parseModuleChoices(['nginx:1.24', 'php:8.1', 'nginx:1.24']))).toEqual({ nginx: '1.24', php: '8.1' });
});

it.each(['nginx', 'nginx:', ':1.24', 'nginx:1.24:x y', 'a b:1'])('refuses %j', (word) => {
  expect(() => parseModuleChoices([word])).toThrow(expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(word) }));
});

it('refuses two streams of one module', () => {
  expect(() => parseModuleChoices(['nginx:1.24', 'nginx:1.26'])).toThrow(expect.objectContaining({ code: 'USAGE' }));
});
