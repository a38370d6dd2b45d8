/** The file of generated passwords, for the next run and for the operator: on the admin host only, readable by root only. */
import type { Service } from '../../install/contract/declaration.ts';
import type { Desired, HostParams } from '../../install/contract/desired.ts';
import { RETAINED_SECRETS } from '../../install/state/retained-paths.ts';
import { secretsToRetain } from '../../install/state/retained-secrets.ts';
import { formatYamlFile } from '../../template/yaml-file.ts';
import { hasComponent } from '../kit/component-entry.ts';

/** For the summary: which logins use a generated password, and where it is kept. */
function passwords(desired: Desired): { name: string; path: string; user: string }[] {
  const { params } = desired;
  const logins = [
    { component: 'haproxy', name: 'HAProxy admin pages', user: params.haproxy_admin_username, set: params.haproxy_admin_password },
  ];
  return logins
    .filter(({ component, set }) => hasComponent(desired, component) && set === undefined)
    .map(({ name, user }) => ({ name, user, path: RETAINED_SECRETS }));
}

export const secrets: Service<HostParams> = {
  name: 'secrets',
  phase: 'ca',
  plan(desired) {
    if (desired.host.address !== desired.adminIp && desired.hosts.length > 1) return null;
    return {
      steps: [
        { kind: 'directory', path: '/etc/pigsty', mode: 0o755 },
        { kind: 'file', path: RETAINED_SECRETS, content: formatSecrets(desired), mode: 0o600, secret: true },
      ],
      secrets: passwords(desired),
    };
  },
};

/** Text of the file: parameters that can be copied into pigsty.yml. */
function formatSecrets({ secrets: values, params }: Desired): string {
  return formatYamlFile('Passwords made by pigsty-install. Copy them into pigsty.yml to keep them there.', secretsToRetain(values, params));
}
