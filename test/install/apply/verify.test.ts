import { expect, it } from 'vitest';
import { Installation } from '../../../src/install/apply/installation.ts';
import type { Prepared } from '../../../src/install/apply/prepare.ts';
import { verify } from '../../../src/install/apply/verify.ts';
import { DEFAULT_SETTINGS } from '../../../src/install/contract/engine-settings.ts';
import { FakeHost, on } from '../../support/fake-host.ts';
import { someInput } from '../../support/some-input.ts';

const probe = (id: string) => ({ id, component: 'c', kind: 'command', argv: ['x'] }) as const;
const result = (id: string, ok: boolean) => ({ id, component: 'c', ok, detail: 'refused', durationMs: 1 });

function ask(...results: object[]) {
  const host = new FakeHost(on('/www/mypkg/pigsty-install probe', JSON.stringify(results)));
  const installation = new Installation(someInput(host, [], { isLocal: false, settings: { ...DEFAULT_SETTINGS, repoName: 'mypkg' } }));
  installation.prepared = { declaration: { probes: [probe('a'), probe('b')] } } as unknown as Prepared<null>;
  return verify(installation);
}

it('asks the far host through the installer in its repository', async () => {
  expect(await ask(result('a', true), result('b', true))).toHaveLength(2);
});

it('names every probe that failed, and no other', async () => {
  await expect(ask(result('a', false), result('b', true))).rejects.toMatchObject({
    code: 'PROBE_FAILED',
    message: 'fake: 1 of 2 probes failed:\n  a: refused',
  });
});
