import { describe, expect, it } from 'vitest';
import { vtraces } from '../../../src/components/vtraces/vtraces.ts';
import { optionsOf, planOf, stepsOf } from '../component-lab.ts';

describe('vtraces', () => {
  it('keeps traces below /infra/traces and answers on its own port', () => {
    const plan = planOf(vtraces, { vars: 'vtraces_options: -retentionPeriod=7d' });
    expect(optionsOf(plan, 'vtraces')).toContain('"-storageDataPath=/infra/traces -httpListenAddr=127.0.0.1:10428 -retentionPeriod=7d"');
    expect(stepsOf(plan.steps, 'directory')).toContainEqual(
      expect.objectContaining({ path: '/infra/traces', mode: 0o750, owner: 'victoria' }),
    );
    expect(plan.probes).toMatchObject([{ id: 'vtraces', url: 'http://127.0.0.1:10428/health', contains: 'OK' }]);
  });
});
