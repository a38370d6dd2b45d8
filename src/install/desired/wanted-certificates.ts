/** Which names and addresses the certificates of a host must carry. */
import type { Inventory, InventoryHost } from '../../config/inventory/inventory.ts';

/** What a host's certificates are to be. */
export interface WantedCertificates {
  readonly caName: string;
  /** False: a missing CA is a failure instead of a reason to make one. */
  readonly mayCreateCa: boolean;
  /** True on the admin host, which keeps the CA's key. */
  readonly keepsCaKey: boolean;
  /** Null on hosts outside INFRA. */
  readonly infra: WantedCertificate | null;
  /** Null outside INFRA, or when TLS is switched off. */
  readonly nginx: WantedCertificate | null;
}

/** One certificate. */
export interface WantedCertificate {
  readonly commonName: string;
  readonly unit: string;
  /** Sorted, without duplicates. */
  readonly dnsNames: readonly string[];
  readonly addresses: readonly string[];
  readonly validDays: number;
  /** `server`: may not be used as a client. */
  readonly use: 'server' | 'client and server';
}

/** The certificates `host` needs. `nodename` is what the host is called, `otherAddresses` are its further own addresses. */
export function wantedCertificates(
  inventory: Inventory,
  host: InventoryHost,
  nodename: string,
  otherAddresses: readonly string[],
): WantedCertificates {
  const { params } = host;
  const isInfra = host.groups.includes('infra');
  const addresses = sorted(['127.0.0.1', host.address, ...otherAddresses]);
  const portalNames = Object.values(params.infra_portal).flatMap((entry) =>
    entry.domain === undefined ? [] : [entry.domain, ...(entry.domains ?? [])],
  );
  const names = sorted(['i.pigsty', 'localhost', nodename, ...portalNames.map((name) => name.toLowerCase())]);
  const isAddress = (name: string): boolean => /^[0-9.]+$/.test(name) || name.includes(':');
  return {
    caName: params.ca_cn,
    mayCreateCa: params.ca_create,
    keepsCaKey: params.admin_ip === host.address || inventory.hosts.length === 1,
    infra: isInfra
      ? {
          commonName: host.address,
          unit: 'infra',
          dnsNames: sorted(['localhost', nodename].filter((name) => !isAddress(name))),
          addresses: sorted(['127.0.0.1', host.address]),
          validDays: days(params.cert_validity),
          use: 'client and server',
        }
      : null,
    nginx:
      isInfra && params.nginx_sslmode !== 'disable'
        ? {
            commonName: 'pigsty',
            unit: 'nginx',
            dnsNames: names.filter((name) => !isAddress(name)),
            addresses: sorted([...addresses, ...names.filter(isAddress)]),
            validDays: days(params.nginx_cert_validity),
            use: 'server',
          }
        : null,
  };
}

const DAYS = { ms: 0, s: 0, m: 0, h: 1 / 24, d: 1, w: 7, y: 365 } as const;

/** Whole days of `397d`; at least one. */
function days(duration: string): number {
  const match = /^(\d+)([a-z]+)$/.exec(duration);
  const unit = DAYS[(match?.[2] ?? 'd') as keyof typeof DAYS] ?? 1;
  return Math.max(1, Math.floor(Number(match?.[1] ?? 1) * unit));
}

function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
