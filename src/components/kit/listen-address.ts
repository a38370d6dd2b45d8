/**
 * Where a component listens, and where other hosts find it. Addresses are written as programs and URLs take them: `10.0.0.1:80`,
 * `[fd00::1]:80`, `:80`.
 */
import type { HostFacts } from '../../facts/types.ts';
import type { HostIdentity } from '../../install/contract/declaration.ts';
import type { Desired } from '../../install/contract/desired.ts';
import { infraHosts } from './infra-hosts.ts';

/** `10.0.0.1` or `[fd00::1]`. */
export function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/**
 * Where a component of an INFRA host listens. With one INFRA host: on loopback, because everybody comes through nginx on the same host.
 * With several: on every address, because they scrape and query each other.
 */
export function infraListen(desired: Desired, port: number): string {
  return infraHosts(desired).length > 1 ? `:${port}` : `127.0.0.1:${port}`;
}

/** Where INFRA host `host` answers for a component of {@link infraListen}. */
export function infraTarget(desired: Desired, host: HostIdentity, port: number): string {
  return infraHosts(desired).length > 1 ? `${bracketed(host.address)}:${port}` : `127.0.0.1:${port}`;
}

/**
 * Where an agent listens that every INFRA host asks: on loopback when there is only one host, else on the host's own address. On every
 * address when the host does not have that one itself, as behind NAT.
 */
export function nodeListen(desired: Desired, facts: HostFacts, port: number): string {
  if (desired.hosts.length === 1) return `127.0.0.1:${port}`;
  return facts.addresses.includes(desired.host.address) ? `${bracketed(desired.host.address)}:${port}` : `:${port}`;
}

/** Where `host` answers for {@link nodeListen}. */
export function nodeTarget(desired: Desired, host: HostIdentity, port: number): string {
  return desired.hosts.length === 1 ? `127.0.0.1:${port}` : `${bracketed(host.address)}:${port}`;
}

/** The address part of `10.0.0.1:80`, `[fd00::1]:80` or `:80`, to probe and to claim; every address is asked through loopback. */
export function listenHost(listen: string): string {
  const host = listen.slice(0, listen.lastIndexOf(':')).replace(/^\[|\]$/g, '');
  return host === '' ? '127.0.0.1' : host;
}
