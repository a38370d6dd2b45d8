/** From a request and verified metadata to a lock: solve, solve again from the result alone, write down. */

import { AppError, isAppError } from '../base/errors.ts';
import type { PackageFacts } from '../base/package-facts.ts';
import { type PackageRelations, relationsDigest } from '../base/package-relations.ts';
import { type Family, familyOf } from '../base/target.ts';
import type { DistroManifest } from '../config/manifest/distro-manifest.ts';
import { findGroup } from '../config/manifest/find-group.ts';
import { type PackageRequest, selectRequest } from '../config/manifest/select-request.ts';
import { orderLock } from '../lock/format-lock.ts';
import type { Lock, LockedPackage, LockedRequest } from '../lock/lock.ts';
import type { StreamChoice } from '../rpm/modules/module-search.ts';
import type { SolvableId, SolveStatistics } from '../solve/types.ts';
import { type WhyStep, whyChain } from '../solve/why-chain.ts';
import { type Baseline, proofBaselines } from './baseline.ts';
import { checkSolution } from './check-solution.ts';
import { describeComponents } from './describe-components.ts';
import type { Metadata } from './family.ts';
import { assignFileNames } from './file-names.ts';
import { installLists } from './install-lists.ts';
import { notNewest } from './not-newest.ts';
import { type ProfileRequests, prove } from './prove.ts';
import { type Resolution, solveGroupsOf } from './resolution.ts';
import { explainUnknownNames, type SolvedGroup, solveGroups } from './solve-groups.ts';

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
  /** Module streams to make active (EL). */
  readonly modules: StreamChoice;
}

interface Chosen<Raw> {
  readonly facts: PackageFacts;
  readonly raw: Raw;
  readonly relations: PackageRelations;
  readonly why: string;
  readonly solveGroups: Set<string>;
}

/** Everything a request asks for, and the same per profile for the proofs; packages asked for by name belong to a profile of their own. */
export function requestsOf(input: Pick<ResolveInput, 'manifest' | 'profiles' | 'packages' | 'pgVersion' | 'recommends'>): {
  readonly all: readonly PackageRequest[];
  readonly perProfile: readonly ProfileRequests[];
} {
  const select = (profiles: readonly string[], packages: readonly string[]) =>
    selectRequest(input.manifest, { profiles, packages, removals: [], pgVersion: input.pgVersion, recommends: input.recommends });
  // All together first: then every unknown profile is in one error.
  const all = select(input.profiles, input.packages);
  const perProfile = input.profiles.map((profile) => ({ profile, requests: select([profile], []) }));
  if (input.packages.length > 0) perProfile.push({ profile: 'packages', requests: select([], input.packages) });
  return { all, perProfile };
}

/** The part of a lock that says what was asked. */
export function lockedRequest(input: ResolveInput): LockedRequest {
  return {
    profiles: input.profiles,
    packages: input.packages,
    baseline: input.baselines.map(({ name }) => name),
    recommends: requestsOf(input).all.some(({ recommends }) => recommends),
    modules: [...input.modules].map(([module, stream]) => `${module}:${stream}`),
    pgVersion: input.pgVersion,
    manifestSha256: input.manifestSha256,
    minor: input.manifest.minor,
  };
}

/**
 * Solves the request jointly over all upstreams, and every profile again from the result alone; on a minimal host too where that was not
 * asked for and can be done.
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
  const { all, perProfile } = requestsOrAllFaults(metadata, input);
  const { groups, missing } = solveGroups(metadata, solveGroupsOf(all), metadata.hasConditions ? hosts : input.baselines);
  const chosen = gather(groups);
  const absent = new Set(missing.map(({ text }) => text));
  const provable = perProfile.map(({ profile, requests }) => ({ profile, requests: requests.filter(({ text }) => !absent.has(text)) }));
  const raws = () => [...chosen.values()].map(({ raw }) => raw);
  // Where a family has an order of installing to find, somebody has to solve.
  const solved = (metadata.hasConditions ? checkSolution(groups, provable, hosts) : null) ?? prove(metadata, raws(), provable, hosts);
  const { manifest } = input;
  const packages = lockedPackages([...chosen.values()], familyOf(manifest.target.distro));
  const lock: Lock = {
    schema: 1,
    distro: manifest.target.distro,
    arch: manifest.target.arch,
    flavor: manifest.flavor,
    request: lockedRequest(input),
    snapshotSec: Math.max(0, ...metadata.upstreams.map(({ dateSec }) => dateSec)),
    solved,
    installs: installLists(perProfile, packages),
    components: describeComponents(manifest, packages),
    upstreams: metadata.upstreams,
    packages,
  };
  return {
    // A lock read back from its file must give the same bundle, so its order is the order from the start.
    lock: orderLock(lock),
    relations: new Map([...chosen.values()].map(({ facts, relations }) => [facts.sha256, relations])),
    requests: all,
    unavailable: metadata.unavailable,
    missing,
    declined: [...new Set(groups.flatMap(declinedIn))].sort(),
    notNewest: [...new Set(groups.flatMap(notNewest))].sort(),
    unproved: null,
    statistics: addStatistics(groups.map(({ solution }) => solution.statistics)),
    why: (name) => distinctChains(groups.flatMap((group) => chainsOf(group, name))),
  };
}

/** What is asked for; when a profile is unknown, its error also names the packages nobody has, so that one run tells all. */
function requestsOrAllFaults(metadata: Metadata, input: ResolveInput): ReturnType<typeof requestsOf> {
  try {
    return requestsOf(input);
  } catch (error) {
    const baseline = input.baselines[0];
    if (!isAppError(error, 'PROFILE_UNKNOWN') || baseline === undefined) throw error;
    const candidates = metadata.candidates(baseline, input.packages);
    const unknown = input.packages
      .filter((name) => findGroup(input.manifest.groups, name) === null)
      .map((name) => candidates.request(name, '--package'))
      .filter(({ anyOf }) => anyOf.length === 0);
    const lines = explainUnknownNames(unknown, () => candidates.names());
    throw new AppError(error.code, [error.message, ...lines].join('\n'), {
      cause: error,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      details: { ...error.details, unknown: unknown.map(({ text }) => text) },
    });
  }
}

/** Every package of every solve group once, with the reason of the first group it is in. */
function gather<Raw>(groups: readonly SolvedGroup<Raw>[]): Map<string, Chosen<Raw>> {
  const chosen = new Map<string, Chosen<Raw>>();
  for (const { name, candidates, solution, closure } of groups) {
    for (const id of closure) {
      const facts = candidates.facts(id);
      const key = `${facts.upstream}\0${facts.base ?? ''}${facts.path}\0${facts.sha256}`;
      const known = chosen.get(key);
      if (known !== undefined) known.solveGroups.add(name);
      else
        chosen.set(key, {
          facts,
          raw: candidates.raw(id),
          relations: candidates.relations(id),
          why: whyText((other) => candidates.provider.name(other), solution.why.get(id)),
          solveGroups: new Set([name]),
        });
    }
  }
  return chosen;
}

function whyText(nameOf: (id: SolvableId) => string, edge: { readonly by: SolvableId | null; readonly text: string } | undefined): string {
  if (edge === undefined) return 'baseline';
  return edge.by === null ? edge.text : `${nameOf(edge.by)}: ${edge.text}`;
}

function lockedPackages(chosen: readonly Chosen<unknown>[], family: Family): LockedPackage[] {
  const files = assignFileNames(
    chosen.map(({ facts }) => facts),
    family,
  );
  return chosen.map(({ facts, relations, why, solveGroups }, position) => {
    const file = files[position];
    if (file === undefined) throw new Error(`no file name for ${facts.name}`);
    return { ...facts, file, why, solveGroups: [...solveGroups].sort(), relations: relationsDigest(relations) };
  });
}

function chainsOf(group: SolvedGroup<unknown>, name: string) {
  const { provider } = group.candidates;
  return group.closure.filter((id) => provider.name(id) === name).map((id) => whyChain(group.solution, provider, id));
}

/** What was recommended and could not come along, with who recommended it. */
function declinedIn({ solution, candidates }: SolvedGroup<unknown>): string[] {
  return solution.declined.map(
    ({ when: [by], reason }) => `${reason.text} (for ${by === undefined ? 'the host' : candidates.provider.name(by)})`,
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
