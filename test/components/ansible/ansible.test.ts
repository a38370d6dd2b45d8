import { describe, expect, it } from 'vitest';
import { ansible } from '../../../src/components/ansible/ansible.ts';
import { fileOf, maybePlanOf, planOf, stepsOf, TWO_INFRA_HOSTS, textOf, without } from '../component-lab.ts';

describe('ansible', () => {
  it('is installed with a configuration that is the operator’s afterwards', () => {
    const plan = planOf(ansible);
    expect(stepsOf(plan.steps, 'packages').flatMap((step) => step.names)).toEqual(['ansible']);
    expect(fileOf(plan, '/etc/ansible/ansible.cfg').initial).toBe(true);
    expect(textOf(plan, '/etc/ansible/ansible.cfg')).toContain('\nhost_key_checking = true\n');
  });

  it('is asked for its version under a locale it accepts', () => {
    expect(planOf(ansible).probes).toEqual([
      { id: 'ansible', component: 'ansible', kind: 'command', argv: ['env', 'LC_ALL=C.UTF-8', '/usr/bin/ansible-playbook', '--version'] },
    ]);
  });

  it('is on the admin host alone', () => {
    expect(maybePlanOf(ansible, { hosts: TWO_INFRA_HOSTS, host: '10.10.10.11' })).toBeNull();
    expect(maybePlanOf(ansible, { change: without('ansible') })).toBeNull();
  });
});
