/** What all services share: their entry of the component map, who is an INFRA host, where to listen, users and directories. */
import type { HostFacts } from '../../facts/types.ts';
import type { ComponentEntry, Handler, HostIdentity, PackagesStep, Step, UnitStep, UserStep } from '../../install/contract/declaration.ts';
import type { Desired } from '../../install/contract/desired.ts';

/** Where INFRA keeps its state; a link to `infra_data`. */
export const INFRA_LINK = '/infra';
export const NOLOGIN = '/usr/sbin/nologin';

/** The entry of a component, or null when this bundle's flavor has none. */
export function entryOf(desired: Desired, component: string): ComponentEntry | null {
  const entry = desired.bundle.components[component];
  return entry === undefined || 'absent' in entry ? null : entry;
}

/** True when the bundle has the component. */
export function hasComponent(desired: Desired, component: string): boolean {
  return entryOf(desired, component) !== null;
}

/** The entry on INFRA hosts, null elsewhere. */
export function infraEntryOf(desired: Desired, component: string): ComponentEntry | null {
  return desired.host.infraSeq === undefined ? null : entryOf(desired, component);
}

/** INFRA hosts of the inventory, by number. */
export function infraHosts(desired: Desired): (HostIdentity & { readonly infraSeq: number })[] {
  return desired.hosts
    .flatMap((host) => (host.infraSeq === undefined ? [] : [{ ...host, infraSeq: host.infraSeq }]))
    .sort((a, b) => a.infraSeq - b.infraSeq);
}

/** `nginx.service`, whether or not the map says the suffix. */
export function unitOf(entry: ComponentEntry, fallback: string): string {
  return withSuffix(entry.unit ?? fallback);
}

function withSuffix(name: string): string {
  return /\.[a-z]+$/.test(name) ? name : `${name}.service`;
}

/** Packages of a component, and the packaged units that must not run beside ours masked. */
export function installSteps(entry: ComponentEntry, notify: readonly Handler[] = []): Step[] {
  const masks = entry.masks.map(
    (name): UnitStep => ({ kind: 'unit', name: withSuffix(name), enabled: false, active: false, masked: true }),
  );
  const packages: PackagesStep[] = entry.packages.length === 0 ? [] : [{ kind: 'packages', names: [...entry.packages], notify }];
  return [...masks, ...packages];
}

/** A system user of its own primary group. Root needs none. */
export function userSteps(name: string, home: string, groups: readonly string[]): Step[] {
  if (name === 'root') return [];
  const user: UserStep = { kind: 'user', name, group: name, groups: [...groups], home, shell: NOLOGIN };
  return [{ kind: 'group', name }, user];
}

/** Group `infra`, `/data/infra`, `/infra`: what every component with state on an INFRA host stands on. */
export function infraBaseSteps(desired: Desired): Step[] {
  const data = desired.params.infra_data;
  const base: Step[] = [
    { kind: 'group', name: 'infra' },
    { kind: 'directory', path: data, mode: 0o771, owner: 'root', group: 'infra' },
  ];
  return data === INFRA_LINK ? base : [...base, { kind: 'symlink', path: INFRA_LINK, target: data, keepExisting: true }];
}

/** Changed → that unit is restarted. */
export function restartOf(unit: string): Handler[] {
  return [{ kind: 'unit', unit, action: 'restart' }];
}

/** Changed → that unit is reloaded. */
export function reloadOf(unit: string): Handler[] {
  return [{ kind: 'unit', unit, action: 'reload' }];
}

/** A unit that starts with the host and runs now, or neither. */
export function unitStep(name: string, isOn: boolean): UnitStep {
  return { kind: 'unit', name, enabled: isOn, active: isOn };
}

/** `10.0.0.1` or `[fd00::1]`. */
export function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/**
 * Where a component of an INFRA host can be asked by other hosts: loopback alone when this is the only INFRA host, because then everybody goes through
 * nginx on the same host; else every address, because the others scrape and query it.
 */
export function infraListen(desired: Desired, port: number): string {
  return infraHosts(desired).length > 1 ? `:${port}` : `127.0.0.1:${port}`;
}

/** Where INFRA host `host` answers for a component of {@link infraListen}. */
export function infraTarget(desired: Desired, host: HostIdentity, port: number): string {
  return infraHosts(desired).length > 1 ? `${bracketed(host.address)}:${port}` : `127.0.0.1:${port}`;
}

/** Where something every INFRA host asks on every host listens: loopback for a host alone, else its own address when it has it itself. */
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
