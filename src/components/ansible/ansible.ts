/** Ansible on the admin host, ready to run Pigsty's playbooks over the same hosts: the package, and a configuration to begin with. */

import type { Service } from '../../install/contract/declaration.ts';
import type { HostParams } from '../../install/contract/desired.ts';
import { installSteps } from '../kit/base-steps.ts';
import { entryOf } from '../kit/component-entry.ts';

export const ansible: Service<HostParams> = {
  name: 'ansible',
  phase: 'infra',
  plan(desired) {
    const entry = entryOf(desired, 'ansible');
    if (entry === null || desired.host.infraSeq === undefined || desired.host.address !== desired.adminIp) return null;
    return {
      steps: [
        ...installSteps(entry),
        { kind: 'directory', path: '/etc/ansible' },
        {
          kind: 'file',
          path: '/etc/ansible/ansible.cfg',
          content: [
            '# Written once by pigsty-install; it is not touched again. Pigsty brings an ansible.cfg of its own, which goes first.',
            '[defaults]',
            'inventory = /etc/ansible/hosts',
            'host_key_checking = true',
            'timeout = 10',
            'forks = 10',
            'interpreter_python = auto_silent',
            '',
          ].join('\n'),
          initial: true,
        },
      ],
      probes: [
        {
          id: 'ansible',
          component: 'ansible',
          kind: 'command', // Without a UTF-8 locale, as under a bare sudo, Ansible does not even print its version.
          argv: ['env', 'LC_ALL=C.UTF-8', entry.binary ?? 'ansible', '--version'],
        },
      ],
    };
  },
};
