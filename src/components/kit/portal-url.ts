/** The address under which a browser finds the portal. */
import type { Desired } from '../../install/contract/desired.ts';

/** The first name of the home entry, or the host's address when there is none. */
export function portalDomain(desired: Desired): string {
  return desired.params.infra_portal.home?.domain ?? desired.host.address;
}

/** `http://i.pigsty/ui/`: plain HTTP, which the home server always answers. */
export function portalUrl(desired: Desired, path: string): string {
  const { nginx_port: port } = desired.params;
  const domain = portalDomain(desired);
  return `http://${domain.includes(':') ? `[${domain}]` : domain}${port === 80 ? '' : `:${port}`}${path}`;
}
