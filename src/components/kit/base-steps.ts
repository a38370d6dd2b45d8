/** Steps most components begin with: packages, a user, the directory of INFRA. */
import type { ComponentEntry, Handler, PackagesStep, Step, UnitStep, UserStep } from '../../install/contract/declaration.ts';
import type { Desired } from '../../install/contract/desired.ts';
import { withSuffix } from './unit-step.ts';

/** Where INFRA keeps its state; a link to `infra_data`. */
const INFRA_LINK = '/infra';
const NOLOGIN = '/usr/sbin/nologin';

/** The packages of a component. Packaged units that must not run beside ours are masked. */
export function installSteps(entry: ComponentEntry, notify: readonly Handler[] = []): Step[] {
  const masks = entry.masks.map(
    (name): UnitStep => ({ kind: 'unit', name: withSuffix(name), enabled: false, active: false, masked: true }),
  );
  const packages: PackagesStep[] = entry.packages.length === 0 ? [] : [{ kind: 'packages', names: [...entry.packages], notify }];
  return [...masks, ...packages];
}

/** A system user with a primary group of its own. Nothing for root. */
export function userSteps(name: string, home: string, groups: readonly string[]): Step[] {
  if (name === 'root') return [];
  const user: UserStep = { kind: 'user', name, group: name, groups: [...groups], home, shell: NOLOGIN };
  return [{ kind: 'group', name }, user];
}

/** Group `infra`, the directory `infra_data` and the link `/infra` to it: every component with data on an INFRA host needs them. */
export function infraBaseSteps(desired: Desired): Step[] {
  const data = desired.params.infra_data;
  const base: Step[] = [
    { kind: 'group', name: 'infra' },
    { kind: 'directory', path: data, mode: 0o771, owner: 'root', group: 'infra' },
  ];
  return data === INFRA_LINK ? base : [...base, { kind: 'symlink', path: INFRA_LINK, target: data, keepExisting: true }];
}
