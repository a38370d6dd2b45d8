/**
 * Which packages satisfy a relation, and in what order apt would try them (Debian policy 7, the Multi-Arch specification as dpkg implements
 * it, apt's CompareProviders). A versioned relation is satisfied by a versioned Provides only. Multi-Arch counts as dpkg does: without a
 * qualifier the architecture of the depending package or `foreign`; with `:any` only `allowed`.
 */
import { compareCodeUnits } from '../../base/compare.ts';
import type { RejectedCandidate } from '../../solve/types.ts';
import { satisfiesDebRelation } from '../../version/debvercmp.ts';
import { type DebDependency, type DebRelation, isMeantForArch, parseDependency } from '../package/relations.ts';
import { compareDebPackages, type DebCandidatePool, type DebPackage, packageLabel } from './deb-candidate-pool.ts';

const PRIORITY_RANK: Readonly<Record<string, number>> = { required: 0, important: 1, standard: 2, optional: 3, extra: 4 };
const MAX_REJECTED = 20;

/** Answers relations over a pool. Parsed Provides are cached. */
export class RelationResolver {
  readonly #pool: DebCandidatePool;
  readonly #provides = new Map<DebPackage, readonly DebRelation[]>();

  constructor(pool: DebCandidatePool) {
    this.#pool = pool;
  }

  /**
   * Packages that satisfy `dependency` for a package of `fromArch`, best first, without repeats: for each alternative in turn the package
   * itself, then its providers; versions that are not the best of their name come after all alternatives.
   */
  satisfiers(dependency: DebDependency, fromArch: string): DebPackage[] {
    const first = new Set<DebPackage>();
    const later = new Set<DebPackage>();
    for (const relation of dependency) {
      if (!isMeantForArch(relation, fromArch)) continue;
      for (const candidate of this.#matches(relation, fromArch)) (this.#isBestOfName(candidate) ? first : later).add(candidate);
    }
    return [...first, ...[...later].filter((candidate) => !first.has(candidate))];
  }

  /** How many of the first {@link satisfiers} nothing tells apart: providers of the first alternative, where no package has its name. */
  alikeAmong(dependency: DebDependency, fromArch: string): number {
    const relation = dependency.find((one) => isMeantForArch(one, fromArch));
    if (relation === undefined || this.#pool.entry(relation.name).candidates.length > 0) return 1;
    const [first, ...others] = this.#matches(relation, fromArch).filter((candidate) => this.#isBestOfName(candidate));
    if (first === undefined) return 1;
    const isAlike = (one: DebPackage) =>
      providerRank(one) === providerRank(first) && one.pin === first.pin && one.priority === first.priority;
    return 1 + others.filter(isAlike).length;
  }

  /** True when an architecture restriction leaves nothing of `dependency` for `arch`. */
  isVoid(dependency: DebDependency, arch: string): boolean {
    return dependency.every((relation) => !isMeantForArch(relation, arch));
  }

  /** Packages that Conflicts or Breaks with `relation` forbid, in no particular order. Without a qualifier any architecture counts. */
  forbidden(relation: DebRelation): DebPackage[] {
    const isArch = (candidate: DebPackage) =>
      relation.archQualifier === null ||
      relation.archQualifier === 'any' ||
      candidate.effectiveArch === this.#archOfQualifier(relation.archQualifier);
    const real = this.#pool.entry(relation.name).candidates.filter((candidate) => isVersionRight(candidate, relation));
    return [...real, ...this.#providers(relation)].filter(isArch);
  }

  /** What has a right name but is not good enough for any alternative, and why. At most twenty. */
  rejected(dependency: DebDependency, fromArch: string): RejectedCandidate[] {
    return dependency.flatMap((relation) => this.#rejectedOf(relation, fromArch)).slice(0, MAX_REJECTED);
  }

  /** Parsed Provides of a package. */
  providesOf(candidate: DebPackage): readonly DebRelation[] {
    let provides = this.#provides.get(candidate);
    if (provides === undefined) {
      const entries = (candidate.record.fields.get('provides') ?? '').split(',');
      provides = entries.flatMap((entry) => parseDependency(entry.trim()) ?? []);
      this.#provides.set(candidate, provides);
    }
    return provides;
  }

  #matches(relation: DebRelation, fromArch: string): DebPackage[] {
    const real = this.#pool
      .entry(relation.name)
      .candidates.filter((candidate) => isVersionRight(candidate, relation) && this.#isArchRight(candidate, relation, fromArch));
    const providers = this.#providers(relation).filter((candidate) => this.#isArchRight(candidate, relation, fromArch));
    return [...real.sort(nativeFirst(fromArch)), ...providers.sort(compareProviders(relation.name)).sort(nativeFirst(fromArch))];
  }

  #providers(relation: DebRelation): DebPackage[] {
    return this.#pool
      .maybeProviders(relation.name)
      .filter((candidate) => this.providesOf(candidate).some((provided) => isProvided(provided, relation)));
  }

  #isBestOfName(candidate: DebPackage): boolean {
    const { candidates } = this.#pool.entry(candidate.record.name);
    return candidates.find((other) => other.effectiveArch === candidate.effectiveArch) === candidate;
  }

  #isArchRight(candidate: DebPackage, relation: DebRelation, fromArch: string): boolean {
    const qualifier = relation.archQualifier;
    if (qualifier === null) return candidate.effectiveArch === fromArch || candidate.record.multiArch === 'foreign';
    if (qualifier === 'any') return candidate.record.multiArch === 'allowed';
    return candidate.effectiveArch === this.#archOfQualifier(qualifier);
  }

  #archOfQualifier(qualifier: string): string {
    return qualifier === 'native' ? this.#pool.arch : qualifier;
  }

  #rejectedOf(relation: DebRelation, fromArch: string): RejectedCandidate[] {
    const { candidates, rejected } = this.#pool.entry(relation.name);
    const real = candidates.flatMap((candidate) => this.#whyNot(candidate, relation, fromArch));
    const providers = this.#pool.maybeProviders(relation.name).flatMap((candidate) => this.#whyNotProvided(candidate, relation));
    return [...real, ...rejected, ...providers];
  }

  #whyNot(candidate: DebPackage, relation: DebRelation, fromArch: string): RejectedCandidate[] {
    const label = packageLabel(candidate);
    if (!isVersionRight(candidate, relation)) return [{ label, why: `version is not ${relation.op} ${relation.version}` }];
    if (this.#isArchRight(candidate, relation, fromArch)) return [];
    const multiArch = `Multi-Arch: ${candidate.record.multiArch}`;
    if (relation.archQualifier === 'any') return [{ label, why: `${multiArch} does not satisfy :any` }];
    return [{ label, why: `architecture ${candidate.record.arch} does not serve ${fromArch} (${multiArch})` }];
  }

  #whyNotProvided(candidate: DebPackage, relation: DebRelation): RejectedCandidate[] {
    const provided = this.providesOf(candidate).find((entry) => entry.name === relation.name);
    if (provided === undefined || isProvided(provided, relation)) return [];
    const what = provided.op === null ? `${provided.name} without a version` : `${provided.name} ${provided.version}`;
    return [{ label: packageLabel(candidate), why: `provides ${what}, which is not ${relation.op} ${relation.version}` }];
  }
}

function isVersionRight(candidate: DebPackage, relation: DebRelation): boolean {
  return relation.op === null || satisfiesDebRelation(candidate.record.version, relation.op, relation.version);
}

function isProvided(provided: DebRelation, relation: DebRelation): boolean {
  if (provided.name !== relation.name) return false;
  if (relation.op === null) return true;
  return provided.op === '=' && satisfiesDebRelation(provided.version, relation.op, relation.version);
}

function nativeFirst(arch: string): (a: DebPackage, b: DebPackage) => number {
  return (a, b) => Number(b.effectiveArch === arch) - Number(a.effectiveArch === arch);
}

/**
 * Essential, protected, then the Priority field, then as candidates of one name. What is left apt orders by the numbers in its cache;
 * near to that come the package named after what is asked for (`librust-ahash-0.7-dev` for `librust-ahash-0.7+std-dev`), and of others the
 * later name.
 */
function compareProviders(wanted: string): (a: DebPackage, b: DebPackage) => number {
  return (a, b) => {
    const ranks = providerRank(a) - providerRank(b);
    if (ranks !== 0) return ranks;
    if (a.pin !== b.pin || a.priority !== b.priority || a.record.name === b.record.name) return compareDebPackages(a, b);
    return sharedStem(b.record.name, wanted) - sharedStem(a.record.name, wanted) || compareCodeUnits(b.record.name, a.record.name);
  };
}

/** Length of the name without its last part, where `wanted` begins with that. */
function sharedStem(name: string, wanted: string): number {
  const stem = name.slice(0, Math.max(0, name.lastIndexOf('-')));
  return wanted.startsWith(stem) ? stem.length : 0;
}

function providerRank(candidate: DebPackage): number {
  const { isEssential, isProtected, priority } = candidate.record;
  if (isEssential) return -2;
  if (isProtected) return -1;
  return PRIORITY_RANK[priority] ?? 3;
}
