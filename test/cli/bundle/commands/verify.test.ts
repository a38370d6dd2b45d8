/** `pigsty-bundle verify` and the sentence about signatures. */
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { registerVerify, signatureLine } from '../../../../src/cli/bundle/commands/verify.ts';
import { formatBundleIndex } from '../../../../src/pack/format/bundle-index.ts';
import { signDetached } from '../../../../src/trust/signing.ts';
import { callCommand } from '../../../lab/cli/call-command.ts';
import { writeToy } from '../../../lab/upstreams/bundle-lab.ts';
import { flipped, newToyKey, TOY_DATE_SEC, toyKey } from '../../../lab/upstreams/toy-archive.ts';
import { composeToy } from '../../../lab/upstreams/toy-bundle.ts';
import { temporaryDir } from '../../../support/fetch-lab.ts';

/** A directory with a toy bundle, signed by the toy key or not, and the key of somebody. */
async function bundle(isSigned: boolean) {
  const dir = await temporaryDir();
  const key = await toyKey();
  const signature = Buffer.from(await signDetached(formatBundleIndex(composeToy().index), key, TOY_DATE_SEC));
  const { path, index } = await writeToy(dir, isSigned ? { signature } : {});
  writeFileSync(join(dir, 'key.asc'), key.publicKeyArmored);
  writeFileSync(join(dir, 'other.asc'), (await newToyKey()).publicKeyArmored);
  return { dir, path, index, verify: (...more: readonly string[]) => callCommand(registerVerify, ['verify', 'toy.tgz', ...more], dir) };
}

describe('an intact bundle', () => {
  it('that is not signed says so', async () => {
    const { verify, index } = await bundle(false);
    const { result, events } = await verify();
    expect(result.lines).toEqual([
      'toy.tgz: intact',
      expect.stringContaining(`bundle ${index.id.slice(0, 12)} for d12.x86_64`),
      signatureLine({ kind: 'unsigned' }),
    ]);
    expect(result.data).toMatchObject({ id: index.id, signature: { kind: 'unsigned' } });
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['phase.start', 'phase.end']));
  });

  it('that is signed is checked with the key, or not at all', async () => {
    const { verify } = await bundle(true);
    const { fingerprint } = await toyKey();
    expect((await verify()).result.lines.at(-1)).toBe(signatureLine({ kind: 'unchecked' }));
    expect((await verify('--key', 'key.asc')).result.lines.at(-1)).toBe(`signed by ${fingerprint}`);
  });
});

describe('a bundle that is refused', () => {
  it.each<[string, boolean, readonly string[], string]>([
    ['signed by another key', true, ['--key', 'other.asc'], 'BUNDLE_SIGNATURE_INVALID'],
    ['not signed although it must be', false, ['--key', 'key.asc'], 'BUNDLE_SIGNATURE_INVALID'],
    ['with a key that is not there', true, ['--key', 'none.asc'], 'CONFIG_MISSING'],
  ])('%s', async (_, isSigned, more, code) => {
    const { verify } = await bundle(isSigned);
    await expect(verify(...more)).rejects.toMatchObject({ code });
  });

  it.each<[string, (path: string) => void, RegExp]>([
    ['damaged', (path) => writeFileSync(path, flipped(readFileSync(path))), /^BUNDLE_(?:DIGEST_MISMATCH|INVALID)$/],
    ['cut', (path) => truncateSync(path, 2000), /^BUNDLE_(?:TRUNCATED|INVALID)$/],
    ['something else', (path) => writeFileSync(path, '<html>'), /^BUNDLE_(?:INVALID|TRUNCATED)$/],
    ['gone', (path) => truncateSync(path, 0), /^BUNDLE_/],
  ])('%s', async (_, change, code) => {
    const { path, verify } = await bundle(false);
    change(path);
    await expect(verify()).rejects.toMatchObject({ code: expect.stringMatching(code) });
  });
});
