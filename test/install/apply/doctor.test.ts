import { expect, it } from 'vitest';
import { osRelease } from '../../../src/facts/os-release.ts';
import { doctor } from '../../../src/install/apply/doctor.ts';
import { DEFAULT_SETTINGS } from '../../../src/install/contract/engine-settings.ts';
import { debianHost } from '../../support/some-input.ts';

const ids = async (...rules: Parameters<typeof debianHost>) => {
  const { host } = debianHost(...rules);
  const findings = await doctor(host, DEFAULT_SETTINGS, () => 1_800_000_000_000, new AbortController().signal);
  expect(host.changes).toEqual([]);
  return findings.filter(({ severity }) => severity === 'error').map(({ id }) => id);
};

it('finds nothing wrong with a host that is fine', async () => {
  expect(await ids()).toEqual([]);
});

it('names what is wrong', async () => {
  expect(await ids(DEFAULT_SETTINGS, ({ stdin }) => (stdin === osRelease.script ? 'ID=slackware\n' : undefined))).toEqual([
    'os-unsupported',
  ]);
});
