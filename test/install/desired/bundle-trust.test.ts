import { generateKey } from 'openpgp';
import { expect, it } from 'vitest';
import { bundleTrust } from '../../../src/install/desired/bundle-trust.ts';
import { primaryFingerprints } from '../../../src/trust/keyring.ts';

it('any key of the text may have signed', async () => {
  const { publicKey } = await generateKey({ userIDs: [{ name: 'x' }], date: new Date(1_700_000_000_000) });
  const trust = await bundleTrust(publicKey, 'key.asc', 1_800_000_000);
  expect(primaryFingerprints(trust.keyring)).toHaveLength(1);
  expect([trust.nowSec, trust.fingerprints]).toEqual([1_800_000_000, undefined]);
});

it('a text without a key is no trust', async () => {
  await expect(bundleTrust('', 'standard input', 0)).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
});
