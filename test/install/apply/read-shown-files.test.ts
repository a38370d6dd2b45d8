import { expect, it } from 'vitest';
import { readShownFiles } from '../../../src/install/apply/read-shown-files.ts';
import { MISSING_PATH } from '../../../src/install/contract/host-state.ts';
import type { HostPlan } from '../../../src/install/plan/plan-host.ts';
import { FakeHost, on } from '../../support/fake-host.ts';

it('reads only what a difference is shown of', async () => {
  const file = (path: string, more: object = {}) => ({
    key: `path:${path}`,
    phase: 'infra',
    service: 's',
    stage: 'file',
    title: '',
    why: ['content differs'],
    path: { ...MISSING_PATH, type: 'file', sizeBytes: 3 },
    step: { kind: 'file', path, content: 'new', ...more },
  });
  const plan = { steps: [file('/a'), file('/secret', { secret: true })], handlers: [], daemonReload: false } as unknown as HostPlan;
  const host = new FakeHost(on('cat -- /a', 'old'));
  expect(await readShownFiles(host, plan)).toEqual(new Map([['/a', Buffer.from('old')]]));
});
