/** Opens a port where a firewall runs. Where none runs, nothing is done. A firewall is never started or stopped. */
import type { HostFacts } from '../../facts/types.ts';
import type { Step } from '../../install/contract/declaration.ts';

/** Steps that let `port` in, for firewalld (at run time and for good) or ufw; none without a running firewall. */
export function openPortSteps(facts: HostFacts, port: number, protocol: 'tcp' | 'udp'): Step[] {
  const spec = `${port}/${protocol}`;
  if (facts.security.firewalld) {
    return [
      {
        kind: 'command',
        id: `firewalld: keep ${spec} open`,
        argv: ['firewall-cmd', '--quiet', '--permanent', `--add-port=${spec}`],
        when: { kind: 'unless', check: ['firewall-cmd', '--quiet', '--permanent', `--query-port=${spec}`] },
        undo: ['firewall-cmd', '--quiet', '--permanent', `--remove-port=${spec}`],
      },
      {
        kind: 'command',
        id: `firewalld: open ${spec}`,
        argv: ['firewall-cmd', '--quiet', `--add-port=${spec}`],
        when: { kind: 'unless', check: ['firewall-cmd', '--quiet', `--query-port=${spec}`] },
        undo: ['firewall-cmd', '--quiet', `--remove-port=${spec}`],
      },
    ];
  }
  if (!facts.security.ufw) return [];
  return [
    {
      kind: 'command',
      id: `ufw: open ${spec}`,
      argv: ['ufw', 'allow', spec],
      when: { kind: 'unless', check: ['grep', '-qs', '--', `-p ${protocol} --dport ${port} -j ACCEPT`, '/etc/ufw/user.rules'] },
      undo: ['ufw', '--force', 'delete', 'allow', spec],
    },
  ];
}
