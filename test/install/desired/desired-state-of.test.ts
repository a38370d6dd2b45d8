import { expect, it } from 'vitest';
import { desiredStateOf } from '../../../src/install/desired/desired-state-of.ts';
import { RETAINED_CA_CERT, RETAINED_CA_KEY, RETAINED_SECRETS } from '../../../src/install/state/retained-paths.ts';
import { SOME_FACTS } from '../../lab/install/some-facts.ts';
import { someBundle } from '../../support/some-input.ts';

const source = { bundle: someBundle().view, assets: new Map(), inventory: null, nowSec: 1_800_000_000 };
const desire = (hostname: string | null, facts: Partial<typeof SOME_FACTS> = {}) =>
  desiredStateOf({ ...source, hostname }, { ...SOME_FACTS, ...facts }, null);

it.each<[string, string | null, readonly string[], string]>([
  ['the one it was reached at', '10.0.0.2', ['10.0.0.1', '10.0.0.2'], '10.0.0.2'],
  ['else its first IPv4 one', 'name.example.test', ['fd00::1', '10.0.0.1'], '10.0.0.1'],
  ['else any', null, ['fd00::1'], 'fd00::1'],
  ['else the loopback one', null, [], '127.0.0.1'],
])('the address of a host without configuration is %s', async (_, hostname, addresses, address) => {
  expect((await desire(hostname, { addresses })).host.address).toBe(address);
});

it('a CA and passwords that earlier runs kept are used again', async () => {
  const first = await desire(null);
  const retained = new Map([
    [RETAINED_CA_CERT, first.pki.caCert],
    [RETAINED_CA_KEY, first.pki.caKey ?? ''],
    [RETAINED_SECRETS, JSON.stringify(first.secrets)],
  ]);
  const second = await desire(null, { retained });
  expect([second.pki.caCert, second.secrets]).toEqual([first.pki.caCert, first.secrets]);
  expect((await desire(null)).secrets).not.toEqual(first.secrets);
});
