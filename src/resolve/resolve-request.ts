/** From a request and verified metadata to a lock: solve, prove, write down. */
import { AppError, isAppError } from '../base/errors.ts';
import { proofBaselines } from '../cli/bundle/read-baselines.ts';
import type { DistroManifest } from '../config/manifest/distro-manifest.ts';
import { findGroup } from '../config/manifest/find-group.ts';
import { type PackageWish, selectRequest } from '../config/manifest/select-request.ts';
import { formatLock } from '../lock/format-lock.ts';
import { parseLock } from '../lock/parse-lock.ts';
import type { Lock, LockedPackage, LockedRequest } from '../lock/types.ts';
import type { SolvableId, SolveStatistics } from '../solve/types.ts';
import { type WhyStep, whyChain } from '../solve/why.ts';
import type { Baseline, Metadata, PackageFacts } from './family.ts';
import { assignFileNames } from './file-names.ts';
import { type ProfileWishes, prove } from './prove.ts';
import { type Resolution, wishSets } from './resolution.ts';
import { explainUnknownNames, type SolvedSet, solveSets } from './solve-groups.ts';

/** What is to be resolved. */
export interface ResolveInput {
  readonly manifest: DistroManifest;
  readonly manifestSha256: string;
  readonly profiles: readonly string[];
  readonly packages: readonly string[];
  readonly pgVersion: number | null;
  /** Recommends and Supplements count for everything asked for, not only for groups that say so. */
  readonly recommends: boolean;
  readonly baselines: readonly Baseline[];
  /** Module streams to make active (EL), `nginx:1.24`. */
  readonly modules: readonly string[];
}

interface Chosen<Raw> {
  readonly facts: PackageFacts;
  readonly raw: Raw;
  readonly why: string;
  readonly sets: Set<string>;
}

/** All wishes of a request, and the same per profile for the proofs; packages asked for by name belong to a profile of their own. */
export function wishesOf(input: Pick<ResolveInput, 'manifest' | 'profiles' | 'packages' | 'pgVersion' | 'recommends'>): {
  readonly all: readonly PackageWish[];
  readonly perProfile: readonly ProfileWishes[];
} {
  const select = (profiles: readonly string[], packages: readonly string[]) =>
    selectRequest(input.manifest, { profiles, packages, removals: [], pgVersion: input.pgVersion, recommends: input.recommends });
  // All together first: then every unknown profile is in one error.
  const all = select(input.profiles, input.packages);
  const perProfile = input.profiles.map((profile) => ({ profile, wishes: select([profile], []) }));
  if (input.packages.length > 0) perProfile.push({ profile: 'packages', wishes: select([], input.packages) });
  return { all, perProfile };
}

/** The part of a lock that says what was asked. */
export function lockedRequest(input: ResolveInput): LockedRequest {
  return {
    profiles: input.profiles,
    packages: input.packages,
    baseline: input.baselines.map(({ name }) => name),
    recommends: wishesOf(input).all.some(({ recommends }) => recommends),
    modules: input.modules,
    pgVersion: input.pgVersion,
    manifestSha256: input.manifestSha256,
    minor: input.manifest.minor,
  };
}

/**
 * Solves the request jointly over all upstreams and proves the result; on a minimal host too where that was not asked for and can be done.
 *
 * @throws {AppError} `PROFILE_UNKNOWN`, `SOLVE_UNKNOWN_NAME`, `SOLVE_UNSATISFIABLE`, `PROOF_FAILED`, `SOLVE_LIMIT`.
 */
export function resolveRequest<Raw>(metadata: Metadata<Raw>, input: ResolveInput): Resolution {
  const hosts = proofBaselines(input.baselines);
  try {
    return resolveOn(metadata, input, hosts);
  } catch (error) {
    // A proof nobody asked for must not stand in the way: libcurl-minimal cannot be beside the libcurl of a minimal host.
    if (!isAppError(error, 'SOLVE_UNSATISFIABLE') || hosts.length === input.baselines.length) throw error;
    return { ...resolveOn(metadata, input, input.baselines), unproved: error.message };
  }
}

function resolveOn<Raw>(metadata: Metadata<Raw>, input: ResolveInput, hosts: readonly Baseline[]): Resolution {
  const { all, perProfile } = wishesOrAllFaults(metadata, input);
  const { sets, missing } = solveSets(metadata, wishSets(all), metadata.hasConditions ? hosts : input.baselines);
  const chosen = gather(sets);
  const absent = new Set(missing.map(({ text }) => text));
  const provable = perProfile.map(({ profile, wishes }) => ({ profile, wishes: wishes.filter(({ text }) => !absent.has(text)) }));
  const proofs = prove(
    metadata,
    [...chosen.values()].map(({ raw }) => raw),
    provable,
    hosts,
  );
  const { manifest } = input;
  const lock: Lock = {
    schema: 1,
    distro: manifest.target.distro,
    arch: manifest.target.arch,
    flavor: manifest.flavor,
    request: lockedRequest(input),
    snapshotSec: Math.max(0, ...metadata.upstreams.map(({ dateSec }) => dateSec)),
    proofs,
    upstreams: metadata.upstreams,
    packages: lockedPackages([...chosen.values()]),
  };
  return {
    // A lock read back from its file must give the same bundle, so its order is the order from the start.
    lock: parseLock(formatLock(lock), 'the new lock'),
    wishes: all,
    unavailable: metadata.unavailable,
    missing,
    declined: [...new Set(sets.flatMap(declinedIn))].sort(),
    unproved: null,
    statistics: addStatistics(sets.map(({ solution }) => solution.statistics)),
    why: (name) => distinctChains(sets.flatMap((set) => chainsOf(set, name))),
  };
}

/** The wishes; when a profile is unknown, its error also names the packages nobody has, so that one run tells all. */
function wishesOrAllFaults(metadata: Metadata, input: ResolveInput): ReturnType<typeof wishesOf> {
  try {
    return wishesOf(input);
  } catch (error) {
    const baseline = input.baselines[0];
    if (!isAppError(error, 'PROFILE_UNKNOWN') || baseline === undefined) throw error;
    const world = metadata.world(baseline, input.packages);
    const unknown = input.packages
      .filter((name) => findGroup(input.manifest.groups, name) === null)
      .map((name) => world.request(name, '--package'))
      .filter(({ anyOf }) => anyOf.length === 0);
    const lines = explainUnknownNames(unknown, () => world.names());
    throw new AppError(error.code, [error.message, ...lines].join('\n'), {
      cause: error,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      details: { ...error.details, unknown: unknown.map(({ text }) => text) },
    });
  }
}

/** Every package of every set once, with the reason of the first set it is in. */
function gather<Raw>(sets: readonly SolvedSet<Raw>[]): Map<string, Chosen<Raw>> {
  const chosen = new Map<string, Chosen<Raw>>();
  for (const { name, world, solution, closure } of sets) {
    for (const id of closure) {
      const facts = world.facts(id);
      const key = `${facts.upstream}\0${facts.path}\0${facts.sha256}`;
      const known = chosen.get(key);
      if (known !== undefined) known.sets.add(name);
      else
        chosen.set(key, {
          facts,
          raw: world.raw(id),
          why: whyText((other) => world.provider.name(other), solution.why.get(id)),
          sets: new Set([name]),
        });
    }
  }
  return chosen;
}

function whyText(nameOf: (id: SolvableId) => string, edge: { readonly by: SolvableId | null; readonly text: string } | undefined): string {
  if (edge === undefined) return 'baseline';
  return edge.by === null ? edge.text : `${nameOf(edge.by)}: ${edge.text}`;
}

function lockedPackages(chosen: readonly Chosen<unknown>[]): LockedPackage[] {
  const files = assignFileNames(chosen.map(({ facts }) => facts));
  return chosen.map(({ facts, why, sets }, position) => {
    const { name, version, arch, upstream, path, sizeBytes, sha256, installedBytes } = facts;
    const file = files[position];
    if (file === undefined) throw new Error(`no file name for ${name}`);
    return { name, version, arch, upstream, path, file, sizeBytes, installedBytes, sha256, why, sets: [...sets].sort() };
  });
}

function chainsOf(set: SolvedSet<unknown>, name: string) {
  const { provider } = set.world;
  return set.closure.filter((id) => provider.name(id) === name).map((id) => whyChain(set.solution, provider, id));
}

/** What was recommended and could not come along, with who recommended it. */
function declinedIn({ solution, world }: SolvedSet<unknown>): string[] {
  return solution.declined.map(
    ({ when: [by], reason }) => `${reason.text} (for ${by === undefined ? 'the host' : world.provider.name(by)})`,
  );
}

/** The same package comes the same way beside most baselines: once is enough. */
function distinctChains(chains: readonly (readonly WhyStep[])[]): (readonly WhyStep[])[] {
  const keyOf = (chain: readonly WhyStep[]) => JSON.stringify(chain.map(({ label, text, kind }) => [label, text, kind]));
  return [...new Map(chains.toReversed().map((chain) => [keyOf(chain), chain])).values()].reverse();
}

function addStatistics(all: readonly SolveStatistics[]): SolveStatistics {
  const sum = (pick: (statistics: SolveStatistics) => number) => all.reduce((total, statistics) => total + pick(statistics), 0);
  return {
    solvablesVisited: sum((s) => s.solvablesVisited),
    clauses: sum((s) => s.clauses),
    decisions: sum((s) => s.decisions),
    conflicts: sum((s) => s.conflicts),
    propagations: sum((s) => s.propagations),
  };
}
