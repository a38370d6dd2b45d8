/** `pigsty-bundle keygen`: a key pair, the private half for its owner only, never over another one. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { registerKeygen } from '../../../../src/cli/bundle/commands/keygen.ts';
import { readPrivateKey } from '../../../../src/trust/signing.ts';
import { callCommand } from '../../../lab/cli/call-command.ts';
import { temporaryDir } from '../../../support/fetch-lab.ts';

it('writes both halves, the private one under its passphrase', async () => {
  const dir = await temporaryDir();
  const env = { PIGSTY_BUNDLE_PASSPHRASE: 'open sesame' };
  const { result } = await callCommand(registerKeygen, ['keygen', '--name', 'ACME databases', '--output', 'acme.key'], dir, { env });
  const [secret, published] = [join(dir, 'acme.key'), join(dir, 'acme.key.pub.asc')];
  expect(result.data).toMatchObject({ privateKey: secret, publicKey: published });
  expect([secret, published].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o644]);
  const bytes = readFileSync(secret);
  await expect(readPrivateKey(bytes, { source: secret })).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
  const key = await readPrivateKey(bytes, { source: secret, passphrase: 'open sesame' });
  expect(key.fingerprint).toBe(result.data.fingerprint);
  expect(key.key.users[0]?.userID?.userID).toBe('ACME databases');
  expect(readFileSync(published, 'utf8')).not.toContain('PRIVATE');
});

it.each(['acme.key', 'acme.key.pub.asc'])('never writes over a file that is there, nor leaves half a pair beside it: %s', async (name) => {
  const dir = await temporaryDir();
  writeFileSync(join(dir, name), 'precious');
  await expect(callCommand(registerKeygen, ['keygen', '--output', 'acme.key'], dir)).rejects.toMatchObject({
    code: 'OUTPUT_UNWRITABLE',
    message: `cannot write the key ${join(dir, name)}`,
    hint: expect.stringContaining('--output'),
  });
  expect(readdirSync(dir)).toEqual([name]);
  expect(readFileSync(join(dir, name), 'utf8')).toBe('precious');
});
