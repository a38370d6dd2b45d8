import { describe, expect, it } from 'vitest';
import { selinuxSteps } from '../../../src/components/nginx/selinux-steps.ts';
import { labFacts } from '../../support/desired-lab.ts';
import { stepsOf } from '../component-lab.ts';

function stepsFor(selinux: 'enforcing' | 'permissive' | 'disabled' | 'absent', semanage: boolean) {
  return selinuxSteps(labFacts({ security: { selinux, semanage, firewalld: false, ufw: false, fapolicyd: false } }), ['/data/nginx']);
}

describe('selinuxSteps', () => {
  it.each(['disabled', 'absent'] as const)('are none where it is %s', (selinux) => {
    expect(stepsFor(selinux, true)).toEqual([]);
  });

  it.each(['enforcing', 'permissive'] as const)('let nginx reach components and read the web root where it is %s', (selinux) => {
    const commands = stepsOf(stepsFor(selinux, true), 'command');
    expect(commands.map((step) => step.argv.join(' '))).toEqual([
      'setsebool -P httpd_can_network_connect on',
      'setsebool -P httpd_can_network_relay on',
      'semanage fcontext -a -t httpd_sys_content_t /data/nginx(/.*)?',
      'restorecon -R /data/nginx',
    ]);
    expect(commands.every((step) => step.tolerant === true)).toBe(true);
  });

  it('leave labels alone without semanage', () => {
    expect(stepsFor('enforcing', false)).toHaveLength(2);
  });

  it('relabel only when the label is new', () => {
    const [, , label, relabel] = stepsOf(stepsFor('enforcing', true), 'command');
    expect(label?.notify).toEqual([{ kind: 'command', id: relabel?.id }]);
    expect(relabel?.when).toEqual({ kind: 'notified' });
  });
});
