import { expect, it } from 'vitest';
import { holdHost } from '../../../src/install/apply/hold-host.ts';
import { FakeHost } from '../../support/fake-host.ts';
import { recorder, SOME_OPERATOR } from '../../support/some-input.ts';

it('holds the host while the work is done', async () => {
  const host = new FakeHost();
  const during = await holdHost(host, 'install', SOME_OPERATOR, recorder(), async () => [...host.holds]);
  expect([during, host.holds]).toEqual([['begin'], ['begin', 'end']]);
});
