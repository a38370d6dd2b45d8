/**
 * RPM's rules as clauses for `solve/` (https://rpm.org/docs/latest/manual/dependencies.html and libsolv's rpm semantics): Requires,
 * Conflicts, Obsoletes, one version per name unless install-only, rich dependencies, and weak dependencies as far as a request says.
 * Installation order, triggers and file conflicts are left out.
 */
import { isAppError } from '../../base/errors.ts';
import { RequiresReason } from '../../solve/requires-reason.ts';
import type {
  ChoicePolicy,
  Clause,
  Provider,
  Reason,
  RejectedCandidate,
  Request,
  Selection,
  SolvableId,
  Supplement,
  WeakLevel,
} from '../../solve/types.ts';
import { compareEvr, formatEvr } from '../../version/evr.ts';
import { formatNevra, formatRpmDependency, type RpmDependency, type RpmDependencyKind } from '../package/rpm-package.ts';
import { admittedForeign } from './admitted-foreign.ts';
import { CapabilityResolver, isNamed } from './capability-resolver.ts';
import { RpmChoicePolicy } from './choice-policy.ts';
import { findRequest, foreignNamed } from './find-request.ts';
import { richClauses, type SatisfiersOf } from './rich-clauses.ts';
import { capabilitiesOf, isRich, parseRichDependency, type RichNode } from './rich-dependency.ts';
import { isInstallOnly, type RpmCandidatePool, type RpmSolvable, solvableLabel } from './rpm-candidate-pool.ts';
import { WeakLinks } from './weak-links.ts';

/** The provider, and how requests are made for it. */
export interface RpmProvider extends Provider {
  readonly pool: RpmCandidatePool;
  readonly resolver: CapabilityResolver;
  /**
   * `nginx`, `nginx.x86_64`, `nginx-1.20`, `nginx (>= 1.20)`, a capability, a path: see `find-request.ts`. Never throws for an unknown
   * name.
   */
  findRequest(text: string, origin: string): Request;
}

/**
 * Makes the provider of a pool of candidates.
 *
 * @param asked everything that will be requested: what names packages of the other word size lets these serve native ones. `'all'` lets
 * every one.
 */
export function createRpmProvider(pool: RpmCandidatePool, asked: readonly string[] | 'all' = []): RpmProvider {
  return new ClauseMaker(pool, asked);
}

class ClauseMaker implements RpmProvider {
  readonly pool: RpmCandidatePool;
  readonly resolver: CapabilityResolver;
  readonly policy: ChoicePolicy;
  readonly #links: WeakLinks;
  readonly #clausesOf = new Map<SolvableId, readonly Clause[]>();
  readonly #trees = new Map<string, RichNode>();
  readonly #asked: readonly string[] | 'all';
  #foreignAsked: ReadonlySet<string> | undefined;
  #supplementers: readonly RpmSolvable[] | undefined;

  constructor(pool: RpmCandidatePool, asked: readonly string[] | 'all') {
    this.pool = pool;
    this.#asked = asked;
    this.resolver = new CapabilityResolver(pool, (resolver) => admittedForeign(resolver, asked));
    this.#links = new WeakLinks(pool, {
      clausesOf: (self, dependency) => this.#clauses(self, dependency, 'recommends'),
      treeOf: (self, dependency) => this.#tree(self, dependency, 'supplements'),
      satisfiersOf: (part) => this.#ids(part, false),
    });
    this.policy = new RpmChoicePolicy(pool, this.#links);
  }

  /** Kept: a pool answers many requests. */
  clausesOf(id: SolvableId): readonly Clause[] {
    let clauses = this.#clausesOf.get(id);
    if (clauses === undefined) {
      const self = this.pool.get(id);
      clauses = [...this.#sameName(self), ...this.#requires(self), ...this.#conflicts(self), ...this.#obsoletes(self)];
      this.#clausesOf.set(id, clauses);
    }
    return clauses;
  }

  weakClausesOf(id: SolvableId, level: WeakLevel): readonly Clause[] {
    const self = this.pool.get(id);
    if (self.isInstalled) return [];
    return [...self.pkg.recommends, ...(level === 'suggests' ? self.pkg.suggests : [])].flatMap((dependency) => {
      const reason: Reason = { kind: 'recommends', text: formatRpmDependency(dependency) };
      return this.#clauses(self, dependency, 'recommends')
        .filter(({ anyOf }) => anyOf.length > 0)
        .map(({ when, anyOf }) => ({ when: [id, ...when], anyOf, reason }));
    });
  }

  supplements(selection: Selection, levels: ReadonlyMap<SolvableId, WeakLevel>): readonly Supplement[] {
    const triggers = new Map([...levels].filter(([id]) => !this.pool.get(id).isInstalled));
    return this.#supplementing().flatMap((solvable) => this.#supplementsOf(solvable, selection, triggers));
  }

  label(id: SolvableId): string {
    return solvableLabel(this.pool.get(id));
  }

  name(id: SolvableId): string {
    return this.pool.get(id).pkg.name;
  }

  findRequest(text: string, origin: string): Request {
    return findRequest(this.resolver, text, origin);
  }

  /** A host may live with a broken package: what is installed does not ask for more than the host gives it. */
  #requires(self: RpmSolvable): Clause[] {
    return self.pkg.requires.flatMap((dependency) => {
      const findRejected = () => this.#rejected(self, dependency);
      const reason = new RequiresReason(formatRpmDependency(dependency), dependency.pre, findRejected);
      const clauses = this.#clauses(self, dependency, 'requires').map(({ when, anyOf }) => ({
        when: [self.id, ...when],
        anyOf,
        reason,
      }));
      return self.isInstalled ? clauses.filter((clause) => !this.#isBrokenOnHost(clause)) : clauses;
    });
  }

  #isBrokenOnHost({ when, anyOf }: Clause): boolean {
    const isOnHost = (id: SolvableId) => this.pool.get(id).isInstalled;
    return when.every(isOnHost) && !anyOf.some(isOnHost);
  }

  #conflicts(self: RpmSolvable): Clause[] {
    return self.pkg.conflicts.flatMap((dependency) => {
      const text = formatRpmDependency(dependency);
      const reason: Reason = { kind: 'conflicts', text, word: 'Conflicts' };
      // `Conflicts: (a unless b)` beside a asks for b.
      const lifted: Reason = { kind: 'requires', text: `not ${text}` };
      return this.#clauses(self, dependency, 'conflicts').map(({ when, anyOf }) => ({
        when: [self.id, ...when],
        anyOf,
        reason: anyOf.length === 0 ? reason : lifted,
      }));
    });
  }

  /** By name and version only. Its own other versions are excluded already. */
  #obsoletes(self: RpmSolvable): Clause[] {
    return self.pkg.obsoletes.flatMap((dependency) => {
      const reason: Reason = { kind: 'conflicts', text: formatRpmDependency(dependency), word: 'Obsoletes' };
      return this.pool
        .named(dependency.name)
        .filter((other) => other.hidden === null && other.pkg.name !== self.pkg.name && isNamed(other, dependency))
        .map((other) => ({ when: [self.id, other.id], anyOf: [], reason }));
    });
  }

  #sameName(self: RpmSolvable): Clause[] {
    const isMany = isInstallOnly(self);
    return this.pool.named(self.pkg.name).flatMap((other) => {
      if (other.id === self.id || other.hidden !== null || canCoexist(self, other, isMany) || this.#isPair(self, other)) return [];
      const text = `${self.pkg.name} ${formatEvr(self.pkg)} and ${formatEvr(other.pkg)}`;
      return [{ when: [self.id, other.id], anyOf: [], reason: { kind: 'same-name', text } as const }];
    });
  }

  /**
   * Two word sizes of a package may be there together in one version, as libsolv's `solver_addinfarchrules` has it. In two versions only
   * where a person asked for the other one by its architecture, or the host has it without a native one of its version.
   */
  #isPair(a: RpmSolvable, b: RpmSolvable): boolean {
    if (a.isForeign === b.isForeign || a.pkg.arch === 'noarch' || b.pkg.arch === 'noarch') return false;
    if (compareEvr(a.pkg, b.pkg) === 0) return true;
    const foreign = a.isForeign ? a : b;
    if (this.#isAskedFor(foreign)) return true;
    const same = this.pool.named(foreign.pkg.name);
    const isLone = (one: RpmSolvable) =>
      !same.some((other) => !other.isForeign && other.hidden === null && compareEvr(other.pkg, one.pkg) === 0);
    return same.some((one) => one.isInstalled && one.isForeign && isLone(one));
  }

  /** By its architecture. Where nobody knows what was asked, what is new was. */
  #isAskedFor({ pkg, isInstalled }: RpmSolvable): boolean {
    const asked = this.#asked;
    if (asked === 'all') return !isInstalled;
    this.#foreignAsked ??= new Set(asked.flatMap((text) => foreignNamed(this.pool, text)).map((found) => found.pkg.name));
    return this.#foreignAsked.has(pkg.name);
  }

  /** The rules of one dependency, without `self` in `when`. */
  #clauses(self: RpmSolvable, dependency: RpmDependency, kind: RpmDependencyKind) {
    const isConflict = kind === 'conflicts';
    const node = this.#tree(self, dependency, kind);
    if (!isRich(dependency.name))
      return richClauses(node, isConflict, isConflict ? this.#othersOf(self) : this.#satisfiersFor(self, self.isForeign));
    const clauses = richClauses(node, isConflict, this.#satisfiersFor(self, self.isForeign || isConflict));
    return clauses.map(({ when, anyOf }) => ({ when, anyOf: this.#ranked(anyOf) }));
  }

  /** libsolv ranks all alternatives of a rule together, whatever order `or` has them in. */
  #ranked(ids: readonly SolvableId[]): readonly SolvableId[] {
    return this.resolver.rank(ids.map((id) => this.pool.get(id))).map(({ id }) => id);
  }

  #tree(self: RpmSolvable, dependency: RpmDependency, kind: RpmDependencyKind): RichNode {
    if (!isRich(dependency.name)) return { kind: 'capability', dependency };
    let tree = this.#trees.get(dependency.name);
    if (tree === undefined) {
      try {
        tree = parseRichDependency(dependency.name, `${solvableLabel(self)} ${kind}`);
      } catch (error) {
        // Read as a name nobody has: what weakly asks for it goes without, and what requires it costs itself, since rpm refuses it.
        if (!isAppError(error, 'INDEX_INVALID')) throw error;
        return { kind: 'capability', dependency };
      }
      this.#trees.set(dependency.name, tree);
    }
    return tree;
  }

  /** A rule only counts when its package is selected, so what that package provides itself always holds. */
  #satisfiersFor(self: RpmSolvable, forForeign: boolean): SatisfiersOf {
    return (node) => {
      if (isRpmFeature(node)) return 'always';
      const ids = this.#ids(node, forForeign);
      return ids.includes(self.id) ? 'always' : ids;
    };
  }

  /** A package may conflict with a capability it has itself: then with all others that have it. */
  #othersOf(self: RpmSolvable): SatisfiersOf {
    return (node) => (isRpmFeature(node) ? 'always' : this.#ids(node, true).filter((id) => id !== self.id));
  }

  #ids(node: RichNode, forForeign: boolean): readonly SolvableId[] {
    return node.kind === 'capability'
      ? this.resolver.satisfiers(node.dependency, forForeign)
      : this.resolver.satisfiersOfNode(node, forForeign);
  }

  #rejected(self: RpmSolvable, dependency: RpmDependency): RejectedCandidate[] {
    const capabilities = capabilitiesOf(this.#tree(self, dependency, 'requires'));
    return capabilities.flatMap((one) => this.resolver.rejected(one, self.isForeign)).slice(0, 20);
  }

  #supplementing(): readonly RpmSolvable[] {
    this.#supplementers ??= this.pool.supplementing().filter((one) => one.hidden === null && !one.isForeign && !one.isInstalled);
    return this.#supplementers;
  }

  /** Dependencies of `solvable` that the selection fulfils, by way of packages whose weak dependencies go so far. */
  #supplementsOf(solvable: RpmSolvable, selection: Selection, triggers: ReadonlyMap<SolvableId, WeakLevel>): Supplement[] {
    const { supplements, enhances } = solvable.pkg;
    return [...supplements, ...enhances].flatMap((dependency) => {
      if (!this.#links.isFulfilled(solvable, dependency, selection)) return [];
      const isFollowed = (id: SolvableId) => triggers.get(id) === 'suggests' || (triggers.has(id) && supplements.includes(dependency));
      const capabilities = capabilitiesOf(this.#tree(solvable, dependency, 'supplements'));
      const by = new Set(capabilities.flatMap((one) => this.resolver.satisfiers(one, false).filter(isFollowed)));
      return [...by].map((trigger) => ({ id: solvable.id, by: trigger, text: `supplements ${formatRpmDependency(dependency)}` }));
    });
  }
}

/** `rpmlib(PayloadIsZstd)`: a feature of rpm itself, which no package provides. */
function isRpmFeature(node: RichNode): boolean {
  return node.kind === 'capability' && node.dependency.name.startsWith('rpmlib(');
}

/** Kernels of different versions may be there together; one package from two upstreams never. */
function canCoexist(a: RpmSolvable, b: RpmSolvable, isMany: boolean): boolean {
  return isMany && isInstallOnly(b) && formatNevra(a.pkg) !== formatNevra(b.pkg);
}
