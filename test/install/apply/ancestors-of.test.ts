import { expect, it } from 'vitest';
import { ancestorsOf } from '../../../src/install/apply/ancestors-of.ts';

it.each([
  ['/a/b/c', ['/a/b', '/a']],
  ['/a', []],
])('above %s', (path, above) => {
  expect(ancestorsOf(path)).toEqual(above);
});
