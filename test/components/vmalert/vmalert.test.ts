import { describe, expect, it } from 'vitest';
import { isAppError } from '../../../src/base/errors.ts';
import { vmalert } from '../../../src/components/vmalert/vmalert.ts';
import type { Desired } from '../../../src/install/contract/desired.ts';
import { fileOf, maybePlanOf, OFF, optionsOf, pathsOf, planOf, unitOf, without } from '../component-lab.ts';

function withAssets(...paths: readonly string[]): (desired: Desired) => Desired {
  return (desired) => ({ ...desired, assets: new Map(paths.map((path) => [path, new TextEncoder().encode(path)])) });
}

describe('vmalert', () => {
  it('evaluates against VictoriaMetrics and tells Alertmanager', () => {
    const options = optionsOf(planOf(vmalert, { vars: 'vmetrics_port: 8429, alertmanager_port: 9060' }), 'vmalert');
    for (const flag of ['datasource', 'remoteRead', 'remoteWrite']) expect(options).toContain(`-${flag}.url=http://127.0.0.1:8429`);
    expect(options).toContain('-notifier.url=http://127.0.0.1:9060');
    expect(options).toContain('-external.url=http://i.pigsty/vmalert');
  });

  it.each([
    ['is switched off', { vars: 'alertmanager_enabled: false' }],
    ['is not in the bundle', { change: without('alertmanager') }],
  ])('evaluates all the same when Alertmanager %s', (_, options) => {
    expect(optionsOf(planOf(vmalert, options), 'vmalert')).toContain('-notifier.blackhole');
    expect(optionsOf(planOf(vmalert, options), 'vmalert')).not.toContain('-notifier.url');
  });

  it('has every rule file of the bundle, each checked by itself', () => {
    const plan = planOf(vmalert, { change: withAssets('rules/b.yml', 'dashboards/home.json', 'rules/a.yml') });
    expect(pathsOf(plan).filter((path) => path.startsWith('/infra/'))).toEqual(['/infra/rules/a.yml', '/infra/rules/b.yml']);
    expect(fileOf(plan, '/infra/rules/a.yml')).toMatchObject({
      content: new TextEncoder().encode('rules/a.yml'),
      validate: ['/usr/bin/vmalert', '-dryRun', '-rule', '{file}'],
      notify: [{ unit: 'vmalert.service', action: 'reload' }],
    });
  });

  it('refuses a bundle with rules it would not look at', () => {
    let thrown: unknown;
    try {
      planOf(vmalert, { change: withAssets('rules/A.yml') });
    } catch (error) {
      thrown = error;
    }
    expect(isAppError(thrown, 'BUNDLE_INVALID')).toBe(true);
  });

  it.each(['vmalert_enabled: false', 'vmetrics_enabled: false'])('is stopped with %s', (vars) => {
    const plan = planOf(vmalert, { vars });
    expect(unitOf(plan, 'vmalert.service')).toEqual(OFF);
    expect([plan.probes, plan.ports]).toEqual([undefined, undefined]);
  });

  it('is not there when the bundle lacks it', () => {
    expect(maybePlanOf(vmalert, { change: without('vmalert') })).toBeNull();
  });
});
