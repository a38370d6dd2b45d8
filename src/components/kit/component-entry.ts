/** How a component is called in the bundle in use: its packages, program, unit and user; null when the bundle does not have it. */
import type { ComponentEntry } from '../../install/contract/declaration.ts';
import type { Desired } from '../../install/contract/desired.ts';

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
