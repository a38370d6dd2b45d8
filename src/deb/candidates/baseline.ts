/**
 * What a host is assumed to have. `minimal` is derived from the metadata: Essential packages, those of Priority required and
 * important, and all they depend on. A captured host is a dpkg status file, indexed as one more upstream of kind `status`.
 */
import { AppError } from '../../base/errors.ts';
import { solve } from '../../solve/solve.ts';
import type { Request, SolvableId, Unsatisfiable } from '../../solve/types.ts';
import { compareDebVersions } from '../../version/debvercmp.ts';
import { STANZA_FLAG } from '../index/scan-packages.ts';
import type { DebCandidatePool, DebPackage } from './deb-candidate-pool.ts';
import type { HalfInstalled } from './host-status.ts';
import type { DebProvider } from './provider.ts';

/**
 * Ids of the packages of a minimal installation, sorted. Pass them as `fixed` of the problem.
 *
 * Packages of high priority that cannot be installed with the others are left out; Essential ones are not optional.
 *
 * @throws {AppError} `SOLVE_UNSATISFIABLE` when the archive's own Essential packages cannot be installed together.
 */
export function minimalBaseline(provider: DebProvider): SolvableId[] {
  const essential = provider.essentialRequests();
  let optional = importantRequests(provider);
  for (;;) {
    const result = solve({ provider, requests: [...essential, ...optional] });
    if (result.kind === 'solution') return [...result.selected];
    const blamed = new Set([...result.unknown, ...result.conflicts.flatMap((conflict) => conflict.requests)]);
    const kept = optional.filter((request) => !blamed.has(request));
    if (kept.length === optional.length) throw essentialError(result);
    optional = kept;
  }
}

/**
 * One request per installed package: keep it, or a newer version of it, never an older one. A package that is only known to the host is
 * kept as it is. Put them behind the user's requests, whose newest version comes first; what the solution then holds beyond packages with
 * `isInstalled` is what the bundle must carry.
 *
 * @param halfInstalled packages of the host of which an archive is wanted, in the same version or a newer one.
 */
export function debInstalledRequests(provider: DebProvider, halfInstalled: readonly HalfInstalled[] = []): Request[] {
  const { pool } = provider;
  const kept = pool.installed().map((installed) => {
    const { name } = installed.record;
    const others = pool.entry(name).candidates.filter((other) => isUpgrade(other, installed));
    const text = `${name} (installed)`;
    return { text, origin: 'baseline', anyOf: [installed.id, ...others.map(({ id }) => id)], keepsFirst: true };
  });
  return [...kept, ...halfInstalled.map((broken) => reinstallRequest(broken, pool))];
}

/** "The package needs to be reinstalled, but I can't find an archive for it": until there is one, apt does nothing at all. */
function reinstallRequest({ name, version }: HalfInstalled, pool: DebCandidatePool): Request {
  const archives = pool.entry(name).candidates.filter(({ record }) => compareDebVersions(record.version, version) >= 0);
  const text = `${name} (>= ${version}), which is half-installed on the host and must be there to be reinstalled`;
  return { text, origin: 'baseline', anyOf: archives.map(({ id }) => id) };
}

function essentialError(result: Unsatisfiable): AppError {
  const lines = result.conflicts.flatMap((conflict) => conflict.lines);
  return new AppError(
    'SOLVE_UNSATISFIABLE',
    `the Essential packages of these upstreams cannot be installed together:\n${lines.join('\n')}`,
    {
      hint: 'a baseline needs the base upstream of the distribution among the upstreams',
    },
  );
}

function isUpgrade(other: DebPackage, installed: DebPackage): boolean {
  if (other.effectiveArch !== installed.effectiveArch) return false;
  return compareDebVersions(other.record.version, installed.record.version) > 0;
}

function importantRequests(provider: DebProvider): Request[] {
  const names = provider.pool.candidatesWithFlag(STANZA_FLAG.required | STANZA_FLAG.important).map((candidate) => candidate.record.name);
  return [...new Set(names)].sort().map((name) => provider.findRequest(name, 'baseline minimal'));
}
