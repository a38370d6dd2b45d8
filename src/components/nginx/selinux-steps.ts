/**
 * What SELinux must allow nginx: to reach the components behind it, and to read the web root. Without the program semanage, labels
 * stay as they are.
 */
import type { HostFacts } from '../../facts/types.ts';
import type { Step } from '../../install/contract/declaration.ts';

/** Steps for a host with SELinux, none elsewhere. `directories` are real paths, not links. */
export function selinuxSteps(facts: HostFacts, directories: readonly string[]): Step[] {
  if (facts.security.selinux !== 'enforcing' && facts.security.selinux !== 'permissive') return [];
  const booleans = ['httpd_can_network_connect', 'httpd_can_network_relay'].map(
    (name): Step => ({
      kind: 'command',
      id: `SELinux: ${name}`,
      argv: ['setsebool', '-P', name, 'on'],
      when: { kind: 'unless', check: ['grep', '-qs', '^1', `/sys/fs/selinux/booleans/${name}`] },
      undo: ['setsebool', '-P', name, 'off'],
      tolerant: true,
    }),
  );
  return facts.security.semanage ? [...booleans, ...directories.flatMap(labelSteps)] : booleans;
}

function labelSteps(directory: string): Step[] {
  const pattern = `${directory}(/.*)?`;
  const relabel = `SELinux: relabel ${directory}`;
  return [
    {
      kind: 'command',
      id: `SELinux: web content in ${directory}`,
      argv: ['semanage', 'fcontext', '-a', '-t', 'httpd_sys_content_t', pattern],
      when: { kind: 'unless', check: ['grep', '-qsF', pattern, '/etc/selinux/targeted/contexts/files/file_contexts.local'] },
      undo: ['semanage', 'fcontext', '-d', pattern],
      notify: [{ kind: 'command', id: relabel }],
      tolerant: true,
    },
    { kind: 'command', id: relabel, argv: ['restorecon', '-R', directory], when: { kind: 'notified' }, tolerant: true },
  ];
}
