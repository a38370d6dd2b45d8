import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { readSigner } from '../../../src/cli/bundle/read-signer.ts';
import { generateSigningKey } from '../../../src/trust/signing.ts';
import { commandContext } from '../../lab/cli/call-command.ts';
import { TOY_DATE_SEC, toyKey } from '../../lab/upstreams/toy-archive.ts';
import { temporaryDir } from '../../support/fetch-lab.ts';

let locked: Awaited<ReturnType<typeof generateSigningKey>>;
beforeAll(async () => {
  locked = await generateSigningKey({ name: 'locked', nowSec: TOY_DATE_SEC, rsaBits: 2048, passphrase: 'open sesame' });
});

async function read(text: string, env: Readonly<Record<string, string>> = {}) {
  const dir = await temporaryDir();
  writeFileSync(join(dir, 'my.key'), text);
  return readSigner('my.key', commandContext(dir, { env }));
}

it('is nobody without --sign', async () => {
  expect(await readSigner(undefined, commandContext('/'))).toBeNull();
});

it('is the key of the file, opened with the passphrase of the environment', async () => {
  const { fingerprint } = await toyKey();
  expect((await read((await toyKey()).key.armor()))?.fingerprint).toBe(fingerprint);
  expect((await read(locked.privateKeyArmored, { PIGSTY_BUNDLE_PASSPHRASE: 'open sesame' }))?.fingerprint).toBe(locked.fingerprint);
});

it.each<[string, Readonly<Record<string, string>>]>([
  ['no passphrase', {}],
  ['an empty one', { PIGSTY_BUNDLE_PASSPHRASE: '' }],
  ['a wrong one', { PIGSTY_BUNDLE_PASSPHRASE: 'simsalabim' }],
])('a locked key with %s is KEY_UNUSABLE, and the passphrase is not told', async (_, env) => {
  const failed = read(locked.privateKeyArmored, env);
  await expect(failed).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
  await expect(failed).rejects.not.toMatchObject({ message: expect.stringContaining('simsalabim') });
});

it('a public key, junk and nothing are told apart', async () => {
  await expect(read((await toyKey()).publicKeyArmored)).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
  await expect(read('junk')).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
  await expect(readSigner('none.key', commandContext(await temporaryDir()))).rejects.toMatchObject({
    code: 'CONFIG_MISSING',
    hint: expect.stringContaining('keygen'),
  });
});
