/**
 * What selected packages recommend and suggest, and what supplements and enhances them, as the choice policy asks: about a few candidates
 * beside a selection of hundreds. So the names a selection asks for and has are kept, and only what is new in it is looked at.
 */
import type { Selection, SolvableId } from '../../solve/types.ts';
import type { RpmDependency } from '../package/rpm-package.ts';
import { isSatisfiedBy } from './capability-resolver.ts';
import { isRichTrue, type RichClause } from './rich-clauses.ts';
import { isRich, type RichNode } from './rich-dependency.ts';
import type { RpmCandidatePool, RpmSolvable } from './rpm-candidate-pool.ts';

/** How dependencies are read. */
export interface DependencyReader {
  /** The rules of a weak dependency of `self`, as far as it is about others. */
  clausesOf(self: RpmSolvable, dependency: RpmDependency): readonly RichClause[];
  /** A condition of `self`. */
  treeOf(self: RpmSolvable, dependency: RpmDependency): RichNode;
  /** The packages that make a part of a condition true. */
  satisfiersOf(part: RichNode): readonly SolvableId[];
}

interface RichWish {
  readonly self: RpmSolvable;
  readonly dependency: RpmDependency;
}

/** Weak dependencies of one kind: plain ones by the name they ask for, all paths under `/`. */
class Wishes {
  readonly plain = new Map<string, RpmDependency[]>();
  readonly rich: RichWish[] = [];

  add(self: RpmSolvable, dependencies: readonly RpmDependency[]): void {
    for (const dependency of dependencies) {
      if (isRich(dependency.name)) {
        this.rich.push({ self, dependency });
        continue;
      }
      const name = isPath(dependency) ? '/' : dependency.name;
      const list = this.plain.get(name);
      if (list === undefined) this.plain.set(name, [dependency]);
      else list.push(dependency);
    }
  }
}

/** A selection by the names in it. */
class NamedSelection {
  ids: readonly SolvableId[] = [];
  readonly recommends = new Wishes();
  readonly suggests = new Wishes();
  readonly provided = new Set<string>();

  grow(ids: readonly SolvableId[], pool: RpmCandidatePool): void {
    for (let at = this.ids.length; at < ids.length; at += 1) {
      const self = pool.get(ids[at]!);
      this.recommends.add(self, self.pkg.recommends);
      this.suggests.add(self, self.pkg.suggests);
      for (const { name } of self.pkg.provides) this.provided.add(name);
    }
    this.ids = ids;
  }
}

/** Weak links among the packages of a pool. */
export class WeakLinks {
  readonly #pool: RpmCandidatePool;
  readonly #reader: DependencyReader;
  readonly #clauses = new Map<RpmDependency, readonly RichClause[]>();
  readonly #byRich = new WeakMap<readonly RichWish[], { readonly ids: readonly SolvableId[]; readonly wished: ReadonlySet<SolvableId> }>();
  #named = new NamedSelection();

  constructor(pool: RpmCandidatePool, reader: DependencyReader) {
    this.#pool = pool;
    this.#reader = reader;
  }

  /** True when something selected recommends the candidate. */
  isRecommended(candidate: RpmSolvable, selection: Selection): boolean {
    return this.#isWished(this.#namesOf(selection).recommends, candidate, selection);
  }

  /** True when something selected suggests it. */
  isSuggested(candidate: RpmSolvable, selection: Selection): boolean {
    return this.#isWished(this.#namesOf(selection).suggests, candidate, selection);
  }

  /** True when it supplements the selection. */
  isSupplementing(candidate: RpmSolvable, selection: Selection): boolean {
    return candidate.pkg.supplements.some((dependency) => this.isFulfilled(candidate, dependency, selection));
  }

  /** True when it enhances the selection. */
  isEnhancing(candidate: RpmSolvable, selection: Selection): boolean {
    return candidate.pkg.enhances.some((dependency) => this.isFulfilled(candidate, dependency, selection));
  }

  /** True when a condition of `self` holds for what is selected. */
  isFulfilled(self: RpmSolvable, dependency: RpmDependency, selection: Selection): boolean {
    const { provided } = this.#namesOf(selection);
    // Cheap, and false for most: nothing selected has the name.
    const isUnknown = (part: RichNode) => part.kind === 'capability' && !isPath(part.dependency) && !provided.has(part.dependency.name);
    return isRichTrue(
      this.#reader.treeOf(self, dependency),
      (part) => !isUnknown(part) && this.#reader.satisfiersOf(part).some((id) => selection.has(id)),
    );
  }

  #isWished({ plain, rich }: Wishes, candidate: RpmSolvable, selection: Selection): boolean {
    const isMet = (dependency: RpmDependency) => isSatisfiedBy(this.#pool, dependency, candidate);
    const isNamed = plain.size > 0 && candidate.pkg.provides.some(({ name }) => plain.get(name)?.some(isMet));
    if (isNamed || plain.get('/')?.some(isMet)) return true;
    return rich.length > 0 && this.#richlyWished(rich, selection).has(candidate.id);
  }

  /** What rich dependencies ask for, as things are. */
  #richlyWished(rich: readonly RichWish[], selection: Selection): ReadonlySet<SolvableId> {
    const ids = selection.ids();
    const known = this.#byRich.get(rich);
    if (known?.ids === ids) return known.wished;
    const isTrue = ({ when }: RichClause) => when.every((id) => selection.has(id));
    const wished = new Set(rich.flatMap((wish) => this.#clausesOf(wish).filter(isTrue)).flatMap(({ anyOf }) => anyOf));
    this.#byRich.set(rich, { ids, wished });
    return wished;
  }

  #clausesOf({ self, dependency }: RichWish): readonly RichClause[] {
    let clauses = this.#clauses.get(dependency);
    if (clauses === undefined) {
      clauses = this.#reader.clausesOf(self, dependency);
      this.#clauses.set(dependency, clauses);
    }
    return clauses;
  }

  #namesOf(selection: Selection): NamedSelection {
    const ids = selection.ids();
    const known = this.#named.ids;
    if (known === ids) return this.#named;
    if (!isBeginningOf(known, ids)) this.#named = new NamedSelection();
    this.#named.grow(ids, this.#pool);
    return this.#named;
  }
}

function isPath({ name }: RpmDependency): boolean {
  return name.startsWith('/');
}

function isBeginningOf(beginning: readonly SolvableId[], ids: readonly SolvableId[]): boolean {
  if (beginning.length > ids.length) return false;
  for (let i = beginning.length - 1; i >= 0; i -= 1) if (beginning[i] !== ids[i]) return false;
  return true;
}
