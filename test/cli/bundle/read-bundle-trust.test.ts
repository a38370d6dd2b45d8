import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readBundleTrust } from '../../../src/cli/bundle/read-bundle-trust.ts';
import { primaryFingerprints } from '../../../src/trust/keyring.ts';
import { commandContext } from '../../lab/cli/call-command.ts';
import { toyKey } from '../../lab/upstreams/toy-archive.ts';
import { temporaryDir } from '../../support/fetch-lab.ts';

it('is nothing without a key', async () => {
  expect(await readBundleTrust(undefined, commandContext('/'))).toBeNull();
});

it('is the key of the file, today', async () => {
  const dir = await temporaryDir();
  const { publicKeyArmored, fingerprint } = await toyKey();
  writeFileSync(join(dir, 'key.pub.asc'), publicKeyArmored);
  const trust = await readBundleTrust('key.pub.asc', commandContext(dir, { nowSec: 7 }));
  expect([trust?.nowSec, trust === null ? [] : primaryFingerprints(trust.keyring)]).toEqual([7, [fingerprint]]);
});

it.each([
  ['none.asc', 'CONFIG_MISSING'],
  ['junk.asc', 'KEY_UNUSABLE'],
])('%s is %s', async (name, code) => {
  const dir = await temporaryDir();
  writeFileSync(join(dir, 'junk.asc'), 'junk');
  await expect(readBundleTrust(name, commandContext(dir))).rejects.toMatchObject({ code });
});
