import { expect, it } from 'vitest';
import { restoreOperation } from '../../../src/install/apply/restore-operation.ts';

it('copies back what was there, and removes what was not', () => {
  expect(restoreOperation({ path: '/a', blob: '/copy' })).toEqual({ op: 'restore', path: '/a', blob: '/copy' });
  expect(restoreOperation({ path: '/a', blob: null })).toEqual({ op: 'remove', path: '/a' });
});
