/** The systemd unit a component runs as: its name, its step, and what restarts or reloads it. */
import type { ComponentEntry, Handler, UnitStep } from '../../install/contract/declaration.ts';

/** `nginx.service`, whether or not the bundle's index has the suffix. */
export function unitOf(entry: ComponentEntry, fallback: string): string {
  return withSuffix(entry.unit ?? fallback);
}

/** A unit's name with its suffix. */
export function withSuffix(name: string): string {
  return /\.[a-z]+$/.test(name) ? name : `${name}.service`;
}

/** A unit that starts with the host and runs now, or neither. */
export function unitStep(name: string, isOn: boolean): UnitStep {
  return { kind: 'unit', name, enabled: isOn, active: isOn };
}

/** For `notify`: when the step changes something, the unit is restarted. */
export function restartOf(unit: string): Handler[] {
  return [{ kind: 'unit', unit, action: 'restart' }];
}

/** For `notify`: when the step changes something, the unit is reloaded. */
export function reloadOf(unit: string): Handler[] {
  return [{ kind: 'unit', unit, action: 'reload' }];
}
