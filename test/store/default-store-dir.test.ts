import { expect, it } from 'vitest';
import { defaultStoreDir } from '../../src/store/default-store-dir.ts';

it.each([
  [{ PIGSTY_BUNDLE_STORE: '/s', XDG_CACHE_HOME: '/x', HOME: '/h' }, '/s'],
  [{ XDG_CACHE_HOME: '/x', HOME: '/h' }, '/x/pigsty-bundle'],
  [{ XDG_CACHE_HOME: 'relative', HOME: '/h' }, '/h/.cache/pigsty-bundle'],
])('is by default, for %j, in %s', (env, dir) => {
  expect(defaultStoreDir(env)).toBe(dir);
});

it.each([[{}], [{ XDG_CACHE_HOME: 'relative' }], [{ PIGSTY_BUNDLE_STORE: '', HOME: '' }]])(
  'has no place when the environment is %j',
  (env) => {
    expect(() => defaultStoreDir(env)).toThrow(expect.objectContaining({ code: 'STORE_UNWRITABLE' }));
  },
);
