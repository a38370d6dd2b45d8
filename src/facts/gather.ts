/** Asks everything in one round trip. */
import { AppError } from '../base/errors.ts';
import type { RepositoryPlace } from '../base/repository-place.ts';
import { type Operation, runBatch } from '../host/batch.ts';
import type { Host } from '../host/host.ts';
import { groups, users } from './accounts.ts';
import type { Fact } from './fact.ts';
import { addresses, machine } from './machine.ts';
import { mounts } from './mounts.ts';
import { nameFiles } from './name-files.ts';
import { osRelease } from './os-release.ts';
import { installedPackages, packageManager, packageRules, sources } from './packages.ts';
import { ports } from './ports.ts';
import { resolver } from './resolver.ts';
import { security } from './security.ts';
import type { HostFacts } from './types.ts';
import { webRoot } from './web-root.ts';

/** Questions of the caller's own, asked in the same round trip: one for every member of what it wants to know. */
export type MoreFacts<T> = { readonly [K in keyof T]: Fact<T[K]> };

/** Where to look, and when to stop. */
export interface GatherOptions {
  readonly signal?: AbortSignal;
  /** Default: where a repository normally is. */
  readonly place?: RepositoryPlace;
}

/**
 * The facts of a host, and the answers to `more`, in one round trip that changes nothing there. Lists are sorted.
 *
 * @param nowMs our clock, to measure the host's against; the middle of the round trip counts.
 * @throws {AppError} the codes of {@link Host.run}; `HOST_COMMAND_FAILED` when the host cannot even run sh.
 */
export async function gatherFacts<T extends object>(
  host: Host,
  nowMs: () => number,
  more: MoreFacts<T>,
  options: GatherOptions = {},
): Promise<HostFacts & T> {
  const { place, ...runOptions } = options;
  const own = { ...OWN_FACTS, webRoot: webRoot(place) };
  const asked: readonly Fact<unknown>[] = [...Object.values(own), ...Object.values<Fact<unknown>>(more)];
  const operations = asked.map((fact): Operation => ({ op: 'exec', argv: ['sh'], stdin: fact.script, errors: 'drop', tolerant: true }));
  const startedMs = nowMs();
  const results = await runBatch(host, operations, { timeoutMs: 120_000, ...runOptions });
  const middleSec = (startedMs + nowMs()) / 2_000;
  const read = <V>(fact: Fact<V>): V => {
    const result = results[asked.indexOf(fact)];
    if (result === undefined) throw new AppError('HOST_COMMAND_FAILED', `${host.id}: no answer about ${fact.name}`);
    return fact.parse(result.output.toString());
  };
  const answers = Object.fromEntries(Object.entries<Fact<unknown>>(more).map(([key, fact]) => [key, read(fact)])) as T;
  const machineFacts = read(own.machine);
  return {
    os: read(own.osRelease),
    ...machineFacts,
    clockSkewSec: machineFacts.clockSec - middleSec,
    addresses: read(own.addresses),
    mounts: read(own.mounts),
    ports: read(own.ports),
    security: read(own.security),
    packageManager: read(own.packageManager),
    ...read(own.installedPackages),
    packageRules: read(own.packageRules),
    sources: read(own.sources),
    users: read(own.users),
    groups: read(own.groups),
    ...read(own.webRoot),
    ...read(own.resolver),
    ...read(own.nameFiles),
    ...answers,
  };
}

/** Asked of every host, in this order. */
const OWN_FACTS = {
  osRelease,
  machine,
  addresses,
  mounts,
  ports,
  security,
  packageManager,
  installedPackages,
  packageRules,
  sources,
  users,
  groups,
  resolver,
  nameFiles,
} as const;
