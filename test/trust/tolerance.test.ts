import { enums } from 'openpgp';
import { expect, it } from 'vitest';
import { verifyingConfig } from '../../src/trust/tolerance.ts';

it.each([
  [{ sha1: false, dsa: false, minRsaBits: 2048 }, true, true],
  [{ sha1: true, dsa: false, minRsaBits: 1024 }, false, true],
  [{ sha1: false, dsa: true, minRsaBits: 1024 }, true, false],
])('%j', async (tolerance, refusesSha1, refusesDsa) => {
  const config = await verifyingConfig(tolerance);
  expect(config.minRSABits).toBe(tolerance.minRsaBits);
  expect(config.rejectMessageHashAlgorithms.has(enums.hash.sha1)).toBe(refusesSha1);
  expect(config.rejectPublicKeyAlgorithms.has(enums.publicKey.dsa)).toBe(refusesDsa);
  // Nobody may ask for these.
  expect(config.rejectMessageHashAlgorithms.has(enums.hash.md5)).toBe(true);
  expect(config.rejectMessageHashAlgorithms.has(enums.hash.ripemd)).toBe(true);
});

it('without a tolerance nothing weak counts', async () => {
  const config = await verifyingConfig();
  expect(config.rejectMessageHashAlgorithms.has(enums.hash.sha1)).toBe(true);
  expect(config.minRSABits).toBeGreaterThanOrEqual(2047);
});
