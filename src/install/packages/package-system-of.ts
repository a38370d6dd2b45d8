/** Which package system a host has. */
import type { HostFacts } from '../../facts/types.ts';
import { apt } from './apt.ts';
import { dnf } from './dnf.ts';
import type { PackageSystem } from './package-system.ts';

/** The package system of a host; apt when facts do not say, so that a plan can be shown anyway. */
export function packageSystemOf(facts: Pick<HostFacts, 'packageManager'>): PackageSystem {
  return facts.packageManager?.name === 'dnf' ? dnf : apt;
}
