import { describe, expect, it } from 'vitest';
import { TARGET_DIRECTORIES } from '../../../src/components/vmetrics/target-files.ts';
import { vmetrics } from '../../../src/components/vmetrics/vmetrics.ts';
import { fileOf, maybePlanOf, OFF, ON, ONE_HOST, optionsOf, planOf, stepsOf, TWO_INFRA_HOSTS, unitOf, without } from '../component-lab.ts';

describe('vmetrics', () => {
  it.each([
    ['one host: loopback', ONE_HOST, '-httpListenAddr=127.0.0.1:8428'],
    ['several INFRA hosts, which ask each other: every address', TWO_INFRA_HOSTS, '-httpListenAddr=:8428'],
  ])('listens for %s', (_, hosts, expected) => {
    const plan = planOf(vmetrics, { hosts });
    expect(optionsOf(plan, 'vmetrics').split(' ')).toContain(expected);
    expect(plan.probes).toMatchObject([{ url: 'http://127.0.0.1:8428/health', contains: 'OK' }]);
    expect(unitOf(plan, 'vmetrics.service')).toEqual(ON);
  });

  it('has its configuration checked by itself, and is reloaded for it', () => {
    expect(fileOf(planOf(vmetrics), '/infra/prometheus.yml')).toMatchObject({
      validate: ['/usr/bin/victoria-metrics', '-dryRun', '-promscrape.config.strictParse', '-promscrape.config', '{file}'],
      notify: [{ unit: 'vmetrics.service', action: 'reload' }],
    });
  });

  it('has a directory of targets for every module, and notices new files by itself', () => {
    const plan = planOf(vmetrics);
    const directories = stepsOf(plan.steps, 'directory').map(({ path }) => path);
    expect(directories.filter((path) => path.startsWith('/infra/targets/'))).toEqual(
      TARGET_DIRECTORIES.map((name) => `/infra/targets/${name}`),
    );
    expect(fileOf(plan, '/infra/targets/node/10.10.10.10.yml').notify).toBeUndefined();
  });

  it('is stopped when it is switched off, and not there when the bundle lacks it', () => {
    const plan = planOf(vmetrics, { vars: 'vmetrics_enabled: false' });
    expect(unitOf(plan, 'vmetrics.service')).toEqual(OFF);
    expect([plan.probes, plan.ports]).toEqual([undefined, undefined]);
    expect(maybePlanOf(vmetrics, { change: without('vmetrics') })).toBeNull();
  });
});
