/**
 * What a host is assumed to have. `minimal` is derived from comps: the closure of the minimal environment and the core group. A captured
 * host keeps what it has, or gets newer versions of it.
 */
import { solve } from '../../solve/solve.ts';
import type { Request } from '../../solve/types.ts';
import { compareEvr } from '../../version/evr.ts';
import type { RpmPackage } from '../package/rpm-package.ts';
import { type Comps, compsPackageNames } from '../repodata/comps.ts';
import { obsoletes } from './capability-resolver.ts';
import type { RpmProvider } from './provider.ts';
import { isInstallOnly, type RpmSolvable } from './rpm-candidate-pool.ts';

const MINIMAL_GROUPS = ['minimal-environment', 'core'];

/** What every EL host has, for upstreams without comps. Names that do not exist are passed over. */
const WITHOUT_COMPS = ['bash', 'coreutils', 'dnf', 'filesystem', 'glibc', 'openssh-server', 'rpm', 'setup', 'sudo', 'systemd'];

/**
 * The packages of a minimal installation, sorted by solvable. Group members that do not exist, or cannot be installed together with the
 * others, are left out, as the distribution's own installer does.
 */
export function minimalPackages(provider: RpmProvider, comps: readonly Comps[]): RpmPackage[] {
  const listed = comps.flatMap((one) => compsPackageNames(one, MINIMAL_GROUPS));
  const names = [...new Set(listed.length > 0 ? listed : WITHOUT_COMPS)].sort();
  let requests = names.map((name) => provider.findRequest(name, 'baseline minimal')).filter(({ anyOf }) => anyOf.length > 0);
  for (;;) {
    const result = solve({ provider, requests });
    if (result.kind === 'solution') return result.selected.map((id) => provider.pool.get(id).pkg);
    const blamed = new Set(result.conflicts.flatMap((conflict) => conflict.requests));
    const left = requests.filter((request) => !blamed.has(request));
    if (left.length === requests.length) return [];
    requests = left;
  }
}

/**
 * One request per installed package: keep it, or a newer version of it, or what replaces it; never an older one. Put them behind the user's
 * requests, whose newest version comes first; what the solution then holds beyond installed packages is what the bundle must carry.
 */
export function rpmInstalledRequests(provider: RpmProvider): Request[] {
  const { pool } = provider;
  return pool.installed().map((installed) => {
    const newer = isInstallOnly(installed) ? [] : pool.named(installed.pkg.name).filter((other) => isUpgrade(other, installed));
    const successors = pool
      .obsoleting(installed.pkg.name)
      .filter((other) => other.hidden === null && !other.isInstalled && obsoletes(other, installed));
    const anyOf = [installed, ...newer, ...successors].map(({ id }) => id);
    return { text: `${installed.pkg.name} (installed)`, origin: 'baseline', anyOf, keepsFirst: true };
  });
}

function isUpgrade(other: RpmSolvable, installed: RpmSolvable): boolean {
  if (other.isInstalled || other.hidden !== null || other.isForeign !== installed.isForeign) return false;
  return compareEvr(other.pkg, installed.pkg) > 0;
}
