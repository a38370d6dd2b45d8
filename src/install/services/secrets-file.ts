/** Generated passwords where the next run, and the operator, find them: on the admin host only, for root only. */
import type { HostParams } from '../host-params.ts';
import { KEPT_SECRETS } from '../pki-paths.ts';
import { formatSecrets } from '../secrets.ts';
import type { Service } from '../types.ts';

export const secretsFile: Service<HostParams> = {
  name: 'secrets',
  phase: 'ca',
  plan(desired) {
    if (desired.host.address !== desired.adminIp && desired.hosts.length > 1) return null;
    return {
      steps: [
        { kind: 'directory', path: '/etc/pigsty', mode: 0o700 },
        { kind: 'file', path: KEPT_SECRETS, content: formatSecrets(desired.secrets, desired.params), mode: 0o600, secret: true },
      ],
    };
  },
};
