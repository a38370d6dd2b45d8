import { expect, it } from 'vitest';
import { portalNames } from '../../../src/components/kit/portal-names.ts';

it.each([
  [{ domain: 'a', domains: ['b', 'a', 'c'] }, ['a', 'b', 'c']],
  [{ domains: ['b'] }, ['b']],
  [{ endpoint: '10.0.0.1:80' }, []],
])('portalNames of %o are %o', (entry, names) => {
  expect(portalNames(entry)).toEqual(names);
});
