import { expect, it } from 'vitest';
import { loadOpenpgp, SIGNING_CONFIG } from '../../src/trust/load-openpgp.ts';

it('is the same library every time', async () => {
  expect(await loadOpenpgp()).toBe(await loadOpenpgp());
});

it('signs without what would make two signatures differ', async () => {
  const { config } = await loadOpenpgp();
  // Each of these settings must be one the library knows, or it would be ignored.
  expect(Object.keys(config)).toEqual(expect.arrayContaining(Object.keys(SIGNING_CONFIG)));
  expect(SIGNING_CONFIG.nonDeterministicSignaturesViaNotation).toBe(false);
});
