/** What may stand in the way of files, ports and programs: SELinux, firewalls, fapolicyd. */
import { type Fact, parsePairs } from './fact.ts';
import type { SecurityFacts } from './types.ts';

export const security: Fact<SecurityFacts> = {
  name: 'security',
  script: `
has() { command -v "$1" >/dev/null 2>&1 && echo yes; }
echo "selinux=$(has getenforce >/dev/null && getenforce 2>/dev/null)"
echo "semanage=$(has semanage)"
echo "firewalld=$(systemctl is-active firewalld 2>/dev/null)"
echo "ufw=$(has ufw >/dev/null && ufw status 2>/dev/null | head -n 1)"
echo "fapolicyd=$(systemctl is-active fapolicyd 2>/dev/null)"`,
  parse(output) {
    const values = parsePairs(output);
    return {
      selinux: selinuxOf(values.get('selinux')),
      semanage: values.get('semanage') === 'yes',
      firewalld: values.get('firewalld') === 'active',
      ufw: values.get('ufw') === 'Status: active',
      fapolicyd: values.get('fapolicyd') === 'active',
    };
  },
};

function selinuxOf(mode: string | undefined): SecurityFacts['selinux'] {
  const lower = mode?.toLowerCase();
  return lower === 'enforcing' || lower === 'permissive' || lower === 'disabled' ? lower : 'absent';
}
