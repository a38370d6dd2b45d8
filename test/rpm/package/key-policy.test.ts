import * as openpgp from 'openpgp';
import { describe, expect, it } from 'vitest';
import { cryptoPolicyOf, keyWeaknesses } from '../../../src/rpm/package/key-policy.ts';
import { generateKey } from '../../support/generate-key.ts';

const NOW_SEC = 1_700_000_000;

describe('keys', () => {
  const el9 = cryptoPolicyOf(9);
  /** A key whose self-signatures say they are over SHA-1; the library's own would not be made. */
  async function boundBySha1(part: 'users' | 'subkeys'): Promise<openpgp.PublicKey> {
    const { publicKey } = await generateKey({ rsaBits: 2048 });
    const bindings =
      part === 'users' ? publicKey.users.flatMap((user) => user.selfCertifications) : publicKey.subkeys[0]!.bindingSignatures;
    for (const binding of bindings) binding.hashAlgorithm = openpgp.enums.hash.sha1;
    return publicKey;
  }

  it('that EL 9 accepts are not mentioned', async () => {
    const { publicKey } = await generateKey({ rsaBits: 2048 });
    expect(await keyWeaknesses({ keys: [publicKey] }, [publicKey.getFingerprint().toLowerCase()], el9, NOW_SEC)).toEqual([]);
  });

  it.each([8, 9, 10])('that are too small are, on EL %i', async (major) => {
    const { publicKey } = await generateKey({ rsaBits: 1024, config: { minRSABits: 1024 } });
    const pinned = publicKey.getFingerprint();
    const twice = { keys: [publicKey, publicKey] };
    expect(await keyWeaknesses(twice, [pinned], cryptoPolicyOf(major), NOW_SEC)).toEqual([
      {
        fingerprint: pinned.toUpperCase(),
        why: 'it is an RSA key of 1024 bits, which EL 9 and later refuse',
        isLasting: true,
        isRefused: major > 8,
      },
    ]);
    expect(await keyWeaknesses(twice, [], cryptoPolicyOf(major), NOW_SEC)).toEqual([]);
  });

  it.each(['users', 'subkeys'] as const)('whose %s are bound by SHA-1 are', async (part) => {
    const key1 = await boundBySha1(part);
    const [found] = await keyWeaknesses({ keys: [key1] }, [key1.getFingerprint()], el9, NOW_SEC);
    expect(found).toMatchObject({ why: expect.stringContaining('SHA-1 signatures only, which EL 9 and later refuse'), isLasting: true });
  });

  it('of EdDSA are mentioned where rpm does not know them', async () => {
    const { publicKey } = await generateKey({ type: 'ecc', curve: 'ed25519Legacy' });
    const on = async (major: number) => keyWeaknesses({ keys: [publicKey] }, [publicKey.getFingerprint()], cryptoPolicyOf(major), NOW_SEC);
    expect(await on(9)).toEqual([expect.objectContaining({ why: 'it is an EdDSA key, which rpm before EL 10 does not know' })]);
    expect(await on(10)).toEqual([]);
  });

  it('that expired are, but never in a lock', async () => {
    const made = new Date((NOW_SEC - 90_000) * 1000);
    const { publicKey } = await generateKey({ rsaBits: 2048, date: made, keyExpirationTime: 86_400 });
    const found = await keyWeaknesses({ keys: [publicKey] }, [publicKey.getFingerprint()], el9, NOW_SEC);
    expect(found).toEqual([expect.objectContaining({ why: expect.stringMatching(/^it expired on 2023-11-14;/), isLasting: false })]);
  });
});
