import { expect, it } from 'vitest';
import { maskOf } from '../../../src/install/apply/mask-of.ts';

const LINE = 'A'.repeat(64);
const KEY = `-----BEGIN PRIVATE KEY-----\n${LINE}\nshort\n-----END PRIVATE KEY-----\n`;

it('passwords, keys, and every long line of a key, but no certificate', () => {
  const mask = maskOf({ secrets: { a: 'hunter2' }, pki: { caCert: 'public', caKey: KEY } });
  expect(mask).toEqual(['hunter2', KEY, LINE]);
});
