import { describe, expect, it } from 'vitest';
import { vlogs } from '../../../src/components/vlogs/vlogs.ts';
import { optionsOf, planOf, stepsOf } from '../component-lab.ts';

describe('vlogs', () => {
  it('keeps logs below /infra/logs and answers on its own port', () => {
    const plan = planOf(vlogs, { vars: 'vlogs_options: -retentionPeriod=7d' });
    expect(optionsOf(plan, 'vlogs')).toContain('"-storageDataPath=/infra/logs -httpListenAddr=127.0.0.1:9428 -retentionPeriod=7d"');
    expect(stepsOf(plan.steps, 'directory')).toContainEqual(
      expect.objectContaining({ path: '/infra/logs', mode: 0o750, owner: 'victoria' }),
    );
    expect(plan.probes).toMatchObject([{ id: 'vlogs', url: 'http://127.0.0.1:9428/health', contains: 'OK' }]);
  });
});
