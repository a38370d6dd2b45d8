import { describe, expect, it } from 'vitest';
import { openPortSteps } from '../../../src/components/kit/open-port-steps.ts';
import { labFacts } from '../../support/desired-lab.ts';
import { stepsOf } from '../component-lab.ts';

function commandsFor(firewall: { readonly firewalld?: boolean; readonly ufw?: boolean }) {
  const security = { selinux: 'absent', semanage: false, firewalld: false, ufw: false, fapolicyd: false, ...firewall } as const;
  return stepsOf(openPortSteps(labFacts({ security }), 53, 'udp'), 'command');
}

describe('openPortSteps', () => {
  it('are none where no firewall runs', () => {
    expect(commandsFor({})).toEqual([]);
  });

  it('open a port of firewalld now and for good, and close it again', () => {
    expect(commandsFor({ firewalld: true }).map((step) => [step.argv.join(' '), step.undo?.join(' ')])).toEqual([
      ['firewall-cmd --quiet --permanent --add-port=53/udp', 'firewall-cmd --quiet --permanent --remove-port=53/udp'],
      ['firewall-cmd --quiet --add-port=53/udp', 'firewall-cmd --quiet --remove-port=53/udp'],
    ]);
  });

  it('open a port of ufw, and close it again', () => {
    expect(commandsFor({ ufw: true }).map((step) => [step.argv.join(' '), step.undo?.join(' ')])).toEqual([
      ['ufw allow 53/udp', 'ufw --force delete allow 53/udp'],
    ]);
  });

  it.each([[{ firewalld: true }], [{ ufw: true }]])('do nothing where %o has it open', (firewall) => {
    const commands = commandsFor(firewall);
    expect(commands.length).toBeGreaterThan(0);
    for (const { when } of commands)
      expect(when).toMatchObject({ kind: 'unless', check: expect.arrayContaining([expect.stringContaining('53')]) });
  });
});
