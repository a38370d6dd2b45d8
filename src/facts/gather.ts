/** Asks everything in one round trip. */
import { AppError } from '../base/errors.ts';
import { type Operation, runBatch } from '../host/batch.ts';
import type { Host } from '../host/host.ts';
import { history, journal, kept } from '../install/state/earlier-runs.ts';
import { groups, users } from './accounts.ts';
import type { Fact } from './fact.ts';
import { addresses, machine } from './machine.ts';
import { mounts } from './mounts.ts';
import { nameFiles } from './name-files.ts';
import { osRelease } from './os-release.ts';
import { installedPackages, packageManager, sources } from './packages.ts';
import { ports } from './ports.ts';
import { resolver } from './resolver.ts';
import { security } from './security.ts';
import type { HostFacts } from './types.ts';
import { DEFAULT_PLACE, type RepositoryPlace, webRoot } from './web-root.ts';

const WEB_ROOT = webRoot(DEFAULT_PLACE);

/** Every fact, in the order asked; the web root where it normally is. */
export const FACTS = [
  osRelease,
  machine,
  addresses,
  mounts,
  ports,
  security,
  packageManager,
  installedPackages,
  sources,
  users,
  groups,
  WEB_ROOT,
  resolver,
  nameFiles,
  kept,
  journal,
  history,
] as const satisfies readonly Fact<unknown>[];

/** Where to look, and when to stop. */
export interface GatherOptions {
  readonly signal?: AbortSignal;
  readonly place?: RepositoryPlace;
}

/**
 * The facts of a host, in one round trip that changes nothing there. Lists are sorted.
 *
 * @param nowMs our clock, to measure the host's against; the middle of the round trip counts.
 * @throws {AppError} the codes of {@link Host.run}; `HOST_COMMAND_FAILED` when the host cannot even run sh.
 */
export async function gatherFacts(host: Host, nowMs: () => number, { place, ...options }: GatherOptions = {}): Promise<HostFacts> {
  const facts = FACTS.map((fact): Fact<unknown> => (fact === WEB_ROOT && place !== undefined ? webRoot(place) : fact));
  const operations = facts.map((fact): Operation => ({ op: 'exec', argv: ['sh'], stdin: fact.script, errors: 'drop', tolerant: true }));
  const startedMs = nowMs();
  const results = await runBatch(host, operations, { timeoutMs: 120_000, ...options });
  const middleSec = (startedMs + nowMs()) / 2_000;
  const read = <T>(fact: Fact<T>): T => {
    const result = results[FACTS.indexOf(fact as never)];
    if (result === undefined) throw new AppError('HOST_COMMAND_FAILED', `${host.id}: no answer about ${fact.name}`);
    return fact.parse(result.output.toString());
  };
  const machineFacts = read(machine);
  return {
    os: read(osRelease),
    ...machineFacts,
    clockSkewSec: machineFacts.clockSec - middleSec,
    addresses: read(addresses),
    mounts: read(mounts),
    ports: read(ports),
    security: read(security),
    packageManager: read(packageManager),
    ...read(installedPackages),
    sources: read(sources),
    users: read(users),
    groups: read(groups),
    ...read(WEB_ROOT),
    ...read(resolver),
    ...read(nameFiles),
    kept: read(kept),
    journal: read(journal),
    history: read(history),
  };
}
