/** Verification: whose bundle it is, and every wrong file by name. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { formatBundleIndex } from '../../../src/pack/format/bundle-index.ts';
import { inspectBundle, verifyBundle } from '../../../src/pack/read/verify-bundle.ts';
import { parseKeyring } from '../../../src/trust/keyring.ts';
import type { SigningKey } from '../../../src/trust/signing.ts';
import { generateSigningKey, readPrivateKey, signDetached } from '../../../src/trust/signing.ts';
import { honestEntries, scratchDir, writeRaw, writeToy } from '../../lab/upstreams/bundle-lab.ts';
import { composeToy, quietContext } from '../../lab/upstreams/toy-bundle.ts';

const nowSec = 1_800_000_000;
let ours: SigningKey;
let theirs: SigningKey;

beforeAll(async () => {
  const make = async (name: string): Promise<SigningKey> => {
    const { privateKeyArmored } = await generateSigningKey({ name, nowSec: 1_600_000_000, rsaBits: 2048 });
    return readPrivateKey(Buffer.from(privateKeyArmored), { source: name });
  };
  [ours, theirs] = [await make('ours'), await make('theirs')];
});

async function trustIn(signer: SigningKey) {
  return { keyring: await parseKeyring(Buffer.from(signer.publicKeyArmored)), nowSec };
}

async function signedToy(signer: SigningKey) {
  const signature = Buffer.from(await signDetached(formatBundleIndex(composeToy().index), signer, 1_700_000_000));
  return writeToy(await scratchDir(), { signature });
}

it('reports id, files and sizes of a good bundle', async () => {
  const { path, index } = await writeToy(await scratchDir());
  const report = await verifyBundle(path, null, quietContext());
  expect(report).toMatchObject({
    signature: { kind: 'unsigned' },
    fileCount: index.files.length,
    packedBytes: (await readFile(path)).length,
  });
  expect(report.index).toEqual(index);
});

it('accepts the signature of a trusted key', async () => {
  const { path } = await signedToy(ours);
  const report = await verifyBundle(path, await trustIn(ours), quietContext());
  expect(report.signature).toEqual({ kind: 'verified', fingerprint: ours.fingerprint });
  expect((await verifyBundle(path, null, quietContext())).signature).toEqual({ kind: 'unchecked' });
});

it('refuses the signature of another key, and no signature where one is demanded', async () => {
  const { path } = await signedToy(theirs);
  await expect(verifyBundle(path, await trustIn(ours), quietContext())).rejects.toMatchObject({ code: 'BUNDLE_SIGNATURE_INVALID' });
  const unsigned = await writeToy(await scratchDir());
  await expect(verifyBundle(unsigned.path, await trustIn(ours), quietContext())).rejects.toMatchObject({
    code: 'BUNDLE_SIGNATURE_INVALID',
  });
});

it('refuses a signature that was made for another index', async () => {
  const signature = Buffer.from(await signDetached(Buffer.from('{}\n'), ours, 1_700_000_000));
  const { path } = await writeToy(await scratchDir(), { signature });
  await expect(inspectBundle(path, await trustIn(ours))).rejects.toMatchObject({ code: 'BUNDLE_SIGNATURE_INVALID' });
});

it('names every damaged file, not the first', async () => {
  const { entries } = honestEntries();
  const damaged = entries.map((entry) => (entry.path.endsWith('.deb') ? { ...entry, bytes: Buffer.from(entry.bytes!).fill(7) } : entry));
  const path = await writeRaw(await scratchDir(), damaged);
  await expect(verifyBundle(path, null, quietContext())).rejects.toMatchObject({
    code: 'BUNDLE_DIGEST_MISMATCH',
    details: { faults: [{ path: 'pigsty/a_1_all.deb' }, { path: 'pigsty/b_1_all.deb' }] },
  });
});

it('names every missing file', async () => {
  const { entries } = honestEntries();
  const path = await writeRaw(
    await scratchDir(),
    entries.filter((entry) => !entry.path.endsWith('.deb')),
  );
  await expect(verifyBundle(path, null, quietContext())).rejects.toMatchObject({
    code: 'BUNDLE_INVALID',
    details: { faults: [{ path: 'pigsty/a_1_all.deb' }, { path: 'pigsty/b_1_all.deb' }] },
  });
});

it('inspects the head alone and says that the rest was not looked at', async () => {
  const { path, index } = await writeToy(await scratchDir());
  const bytes = await readFile(path);
  const cut = join(await scratchDir(), 'cut.tgz');
  await writeFile(cut, bytes.subarray(0, 200_000));
  expect(await inspectBundle(cut)).toMatchObject({ contentChecked: false, index: { id: index.id } });
});

it('says that a tarball of stock Pigsty has no index', async () => {
  const path = await writeRaw(await scratchDir(), [{ path: 'pigsty/', type: 'Directory', mode: 0o755 }, { path: 'pigsty/repo_complete' }]);
  await expect(verifyBundle(path, null, quietContext())).rejects.toMatchObject({
    code: 'BUNDLE_INVALID',
    message: expect.stringContaining('Pigsty itself'),
  });
});

it('says that a bundle is of a newer format', async () => {
  const path = await writeRaw(await scratchDir(), [{ path: 'pigsty/bundle.json', bytes: Buffer.from('{"schema":2}\n') }]);
  await expect(inspectBundle(path)).rejects.toMatchObject({ code: 'BUNDLE_TOO_NEW' });
});

it('says that a file is not there', async () => {
  await expect(inspectBundle('/nonexistent/bundle.tgz')).rejects.toMatchObject({ code: 'BUNDLE_MISSING' });
});
