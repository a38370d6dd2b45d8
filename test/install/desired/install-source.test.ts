import { generateKey } from 'openpgp';
import { describe, expect, it } from 'vitest';
import { openSource } from '../../../src/install/desired/install-source.ts';
import { scratchDir, writeToy } from '../../lab/upstreams/bundle-lab.ts';

const open = async (key: { text: string; source: string } | null) => {
  const { path, index } = await writeToy(await scratchDir());
  return { index, opening: openSource({ bundlePath: path, key, inventory: null, nowSec: 1_800_000_000 }) };
};

describe('opening what an installation is made from', () => {
  it('takes an unsigned bundle when no key is given', async () => {
    const { index, opening } = await open(null);
    const source = await opening;
    expect(source).toMatchObject({ trust: null, keyText: null, inventory: null });
    expect(source.bundle.index.id).toBe(index.id);
  });

  it('refuses an unsigned bundle when a key is given', async () => {
    const { publicKey } = await generateKey({ userIDs: [{ name: 'x' }], date: new Date(1_700_000_000_000) });
    const { opening } = await open({ text: publicKey, source: 'key.asc' });
    await expect(opening).rejects.toMatchObject({ code: 'BUNDLE_SIGNATURE_INVALID' });
  });

  it('says which key cannot be read', async () => {
    const { opening } = await open({ text: 'no key', source: 'key.asc' });
    await expect(opening).rejects.toMatchObject({ code: 'KEY_UNUSABLE', message: expect.stringContaining('key.asc') });
  });
});
