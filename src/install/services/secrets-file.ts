/** Generated passwords where the next run, and the operator, find them: on the admin host only, for root only. */
import type { Desired, HostParams } from '../host-params.ts';
import { KEPT_SECRETS } from '../pki-paths.ts';
import { formatSecrets } from '../secrets.ts';
import type { Service } from '../types.ts';
import { hasComponent } from './component.ts';

/** Who logs in where with what was generated. */
function passwords(desired: Desired): { name: string; path: string; user: string }[] {
  const { params } = desired;
  const logins = [
    { component: 'haproxy', name: 'HAProxy admin pages', user: params.haproxy_admin_username, set: params.haproxy_admin_password },
  ];
  return logins
    .filter(({ component, set }) => hasComponent(desired, component) && set === undefined)
    .map(({ name, user }) => ({ name, user, path: KEPT_SECRETS }));
}

export const secretsFile: Service<HostParams> = {
  name: 'secrets',
  phase: 'ca',
  plan(desired) {
    if (desired.host.address !== desired.adminIp && desired.hosts.length > 1) return null;
    return {
      steps: [
        { kind: 'directory', path: '/etc/pigsty', mode: 0o755 },
        { kind: 'file', path: KEPT_SECRETS, content: formatSecrets(desired.secrets, desired.params), mode: 0o600, secret: true },
      ],
      secrets: passwords(desired),
    };
  },
};
