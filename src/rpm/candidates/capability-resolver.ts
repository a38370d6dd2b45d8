/** Which packages satisfy a capability. Which of them is taken, `choice-policy.ts` says. */
import { compareCodeUnits } from '../../base/compare.ts';
import type { RejectedCandidate, SolvableId } from '../../solve/types.ts';
import { compareEvr, type EvrOperator, type EvrRange, evrRangesOverlap, formatEvr } from '../../version/evr.ts';
import { isPrimaryPath } from '../package/package-from-header.ts';
import { formatRpmDependency, type RpmDependency, type RpmFlags } from '../package/rpm-package.ts';
import type { RichNode } from './rich-dependency.ts';
import { comparePriorities, type RpmCandidatePool, type RpmSolvable, solvableLabel } from './rpm-candidate-pool.ts';

const OPERATORS: Readonly<Record<Exclude<RpmFlags, ''>, EvrOperator>> = { EQ: '=', LT: '<', LE: '<=', GT: '>', GE: '>=' };
const MAX_REJECTED = 20;

/** Answers capabilities over a pool, and remembers which paths only filelists could answer. */
export class CapabilityResolver {
  readonly pool: RpmCandidatePool;
  readonly #findAdmitted: (resolver: CapabilityResolver) => ReadonlySet<SolvableId>;
  #admitted: ReadonlySet<SolvableId> | undefined;
  readonly #unresolved = new Set<string>();
  readonly #cache = new Map<boolean, Map<RpmDependency, readonly SolvableId[]>>([
    [true, new Map()],
    [false, new Map()],
  ]);

  /**
   * @param findAdmitted which packages of the other word size may serve packages of this one. Asked at most once, and only where it
   * matters.
   */
  constructor(pool: RpmCandidatePool, findAdmitted: (resolver: CapabilityResolver) => ReadonlySet<SolvableId> = () => new Set()) {
    this.pool = pool;
    this.#findAdmitted = findAdmitted;
  }

  /** Paths that were asked for and stand in no primary metadata, sorted: load filelists for them and make a new pool. */
  unresolvedPaths(): readonly string[] {
    return [...this.#unresolved].sort(compareCodeUnits);
  }

  /**
   * Candidates that satisfy `dependency`. Packages of the other word size for one of their own kind; for others only where
   * nothing native will do and the package is there already or was asked for.
   */
  satisfiers(dependency: RpmDependency, forForeign: boolean): readonly SolvableId[] {
    const cache = this.#cache.get(forForeign);
    let ids = cache?.get(dependency);
    if (ids === undefined) {
      const found = this.#matches(dependency).filter(({ hidden }) => hidden === null);
      ids = this.rank(forForeign ? found : this.#nativeFirst(found)).map(({ id }) => id);
      cache?.set(dependency, ids);
    }
    return ids;
  }

  /**
   * The packages that make a node of a rich dependency true by themselves. `with` and `without` ask one package for several
   * things.
   */
  satisfiersOfNode(node: RichNode, forForeign: boolean): readonly SolvableId[] {
    const found = [...this.#setOf(node)].map((id) => this.pool.get(id));
    return this.rank(forForeign ? found : this.#nativeFirst(found)).map(({ id }) => id);
  }

  /** What has the right name but does not count, and why. At most twenty. */
  rejected(dependency: RpmDependency, forForeign: boolean): RejectedCandidate[] {
    const providers = [...this.pool.providers(dependency.name)].sort((a, b) => compareEvr(b.solvable.pkg, a.solvable.pkg));
    const found = new Map<SolvableId, RejectedCandidate>();
    for (const { solvable, dependency: provided } of providers) {
      const why = this.#whyNotChosen(solvable, forForeign) ?? whyNotVersion(solvable, provided, dependency);
      if (why !== null && !found.has(solvable.id)) found.set(solvable.id, { label: solvableLabel(solvable), why });
    }
    for (const owner of this.pool.owners(dependency.name)) {
      const why = this.#whyNotChosen(owner, forForeign);
      if (why !== null) found.set(owner.id, { label: solvableLabel(owner), why });
    }
    return [...found.values()].slice(0, MAX_REJECTED);
  }

  /** In the order in which they are named to a person: the best repository first, then by name, newest first. */
  rank(solvables: readonly RpmSolvable[]): readonly RpmSolvable[] {
    return solvables.length < 2 ? solvables : [...solvables].sort(compareForDisplay);
  }

  #nativeFirst(found: readonly RpmSolvable[]): readonly RpmSolvable[] {
    const native = found.filter(({ isForeign }) => !isForeign);
    return native.length > 0 ? native : found.filter((one) => this.#isAdmitted(one));
  }

  #isAdmitted({ id, isInstalled }: RpmSolvable): boolean {
    this.#admitted ??= this.#findAdmitted(this);
    return isInstalled || this.#admitted.has(id);
  }

  #whyNotChosen(solvable: RpmSolvable, forForeign: boolean): string | null {
    if (solvable.hidden !== null) return solvable.hidden;
    return forForeign || !solvable.isForeign || this.#isAdmitted(solvable) ? null : askByName(solvable);
  }

  #matches(dependency: RpmDependency): RpmSolvable[] {
    const wanted = rangeOf(dependency);
    const found = new Set<RpmSolvable>();
    for (const { solvable, dependency: provided } of this.pool.providers(dependency.name)) {
      if (evrRangesOverlap(rangeOf(provided), wanted)) found.add(solvable);
    }
    if (dependency.name.startsWith('/')) {
      for (const owner of this.pool.owners(dependency.name)) found.add(owner);
      const isAnswered = this.pool.files.asked.has(dependency.name) || (isPrimaryPath(dependency.name) && found.size > 0);
      if (!isAnswered) this.#unresolved.add(dependency.name);
    }
    return [...found];
  }

  /** Those of either word size. */
  #setOf(node: RichNode): Set<SolvableId> {
    switch (node.kind) {
      case 'capability':
        return new Set(this.satisfiers(node.dependency, true));
      case 'with':
        return node.operands.map((operand) => this.#setOf(operand)).reduce((a, b) => a.intersection(b));
      case 'without':
        return this.#setOf(node.operands[0]).difference(this.#setOf(node.operands[1]));
      case 'and':
      case 'or':
        return node.operands.map((operand) => this.#setOf(operand)).reduce((a, b) => a.union(b));
      default:
        return this.#setOf(node.consequence);
    }
  }
}

/** True when one package has what a dependency asks for. */
export function isSatisfiedBy(pool: RpmCandidatePool, dependency: RpmDependency, solvable: RpmSolvable): boolean {
  const wanted = rangeOf(dependency);
  const isProvided = solvable.pkg.provides.some((one) => one.name === dependency.name && evrRangesOverlap(rangeOf(one), wanted));
  return isProvided || (dependency.name.startsWith('/') && pool.owners(dependency.name).includes(solvable));
}

/** The versions a capability stands for; null for any. */
function rangeOf(dependency: RpmDependency): EvrRange | null {
  return dependency.flags === '' ? null : { op: OPERATORS[dependency.flags], evr: dependency };
}

/** True when `a` obsoletes `b`: by package name and version, never by what `b` provides. */
export function obsoletes(a: RpmSolvable, b: RpmSolvable): boolean {
  if (a.pkg.obsoletes.length === 0 || a.pkg.name === b.pkg.name) return false;
  return a.pkg.obsoletes.some((dependency) => isNamed(b, dependency));
}

/** True when the package itself has the name and version, as Obsoletes are matched. */
export function isNamed({ pkg }: RpmSolvable, dependency: RpmDependency): boolean {
  return dependency.name === pkg.name && evrRangesOverlap({ op: '=', evr: pkg }, rangeOf(dependency));
}

function compareForDisplay(a: RpmSolvable, b: RpmSolvable): number {
  return (
    comparePriorities(a, b) ||
    Number(a.isForeign) - Number(b.isForeign) ||
    compareCodeUnits(a.pkg.name, b.pkg.name) ||
    compareEvr(b.pkg, a.pkg) ||
    (a.upstream.cost ?? 1000) - (b.upstream.cost ?? 1000) ||
    a.id - b.id
  );
}

/** What to do for a package of the other word size. */
export function askByName({ pkg: { name, arch } }: RpmSolvable): string {
  return `is for ${arch}: ask for ${name}.${arch} by name`;
}

function whyNotVersion(solvable: RpmSolvable, provided: RpmDependency, wanted: RpmDependency): string | null {
  if (evrRangesOverlap(rangeOf(provided), rangeOf(wanted))) return null;
  const has =
    provided.name === solvable.pkg.name ? `version ${formatEvr(solvable.pkg)}` : `provides ${formatRpmDependency(provided)}, which`;
  return `${has} is not ${formatRpmDependency(wanted).slice(wanted.name.length + 1)}`;
}
