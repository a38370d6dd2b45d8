/**
 * What dnf takes where the rules leave a choice: libsolv's `policy_filter_unwanted` (https://github.com/openSUSE/libsolv, src/policy.c)
 * with the flags dnf sets. First candidates go: those of a worse repository priority, of a worse architecture, older versions of a name,
 * what another candidate obsoletes, and what nothing selected recommends when something else is. The rest is put in order: old versions
 * last, higher versions of what they have in common first, installed names first, what is suggested first; the name decides the rest.
 * Weak dependencies count here also when they are not followed. Left out: libsolv's order of Mageia's language packages.
 */
import { compareCodeUnits } from '../../base/compare.ts';
import type { ChoicePolicy, Selection, SolvableId } from '../../solve/types.ts';
import { compareEvr } from '../../version/evr.ts';
import { obsoletes } from './capability-resolver.ts';
import { sortByCommonProvides } from './common-provides.ts';
import { comparePriorities, type RpmCandidatePool, type RpmSolvable } from './rpm-candidate-pool.ts';
import type { WeakLinks } from './weak-links.ts';

/** libsolv's policy over a pool. */
export class RpmChoicePolicy implements ChoicePolicy {
  readonly clauseOrder = 'numbered';
  readonly improves = true;
  readonly #pool: RpmCandidatePool;
  readonly #links: WeakLinks;
  /** The same lists are asked about again and again. */
  readonly #best = new WeakMap<readonly SolvableId[], readonly RpmSolvable[]>();

  constructor(pool: RpmCandidatePool, links: WeakLinks) {
    this.#pool = pool;
    this.#links = links;
  }

  narrow(open: readonly SolvableId[], selection: Selection): readonly SolvableId[] {
    let best = this.#best.get(open);
    if (best === undefined) {
      best = this.#bestOf(open);
      this.#best.set(open, best);
    }
    return idsOf(best.length > 1 ? this.#recommendedAmong(best, selection) : best);
  }

  order(inQuestion: readonly SolvableId[], selection: Selection): readonly SolvableId[] {
    const sorted = sortByCommonProvides(this.#oldLast(inQuestion.map((id) => this.#pool.get(id))));
    return idsOf(this.#suggestedFirst(this.#installedFirst(sorted), selection));
  }

  chooseWeak(open: readonly SolvableId[]): readonly SolvableId[] {
    return idsOf(this.#bestOf(open));
  }

  orderSupplements(ids: readonly SolvableId[], selection: Selection): readonly SolvableId[] {
    const sorted = sortByCommonProvides(this.#oldLast(ids.map((id) => this.#pool.get(id))));
    return idsOf(this.#suggestedFirst(sorted, selection));
  }

  isRecommended(id: SolvableId, selection: Selection): boolean {
    return this.#isWanted(this.#pool.get(id), selection);
  }

  /** By name: one of each, the best of the best repository and architecture. */
  #bestOf(ids: readonly SolvableId[]): readonly RpmSolvable[] {
    const solvables = ids.map((id) => this.#pool.get(id));
    return ids.length < 2 ? solvables : withoutObsoleted(bestVersions(bestArch(bestPriority(solvables))));
  }

  /** Installed packages stay beside them. */
  #recommendedAmong(candidates: readonly RpmSolvable[], selection: Selection): readonly RpmSolvable[] {
    if (candidates.filter(({ isInstalled }) => !isInstalled).length < 2) return candidates;
    const kept = candidates.filter((one) => one.isInstalled || this.#isWanted(one, selection));
    return kept.some(({ isInstalled }) => !isInstalled) ? kept : candidates;
  }

  #oldLast(candidates: readonly RpmSolvable[]): readonly RpmSolvable[] {
    return firstThose(candidates, (one) => one.isInstalled || !this.#pool.isOld(one));
  }

  #installedFirst(candidates: readonly RpmSolvable[]): readonly RpmSolvable[] {
    const isOnHost = ({ pkg, isInstalled }: RpmSolvable) => isInstalled || this.#pool.named(pkg.name).some((other) => other.isInstalled);
    return this.#pool.hasInstalled ? firstThose(candidates, isOnHost) : candidates;
  }

  #suggestedFirst(candidates: readonly RpmSolvable[], selection: Selection): readonly RpmSolvable[] {
    const isSuggested = (one: RpmSolvable) => this.#links.isSuggested(one, selection) || this.#links.isEnhancing(one, selection);
    return firstThose(candidates, (one) => one.isInstalled || isSuggested(one));
  }

  #isWanted(one: RpmSolvable, selection: Selection): boolean {
    return this.#links.isRecommended(one, selection) || this.#links.isSupplementing(one, selection);
  }
}

function idsOf(solvables: readonly RpmSolvable[]): readonly SolvableId[] {
  return solvables.map(({ id }) => id);
}

/** Stable: those first, then the others. */
function firstThose(candidates: readonly RpmSolvable[], isFirst: (one: RpmSolvable) => boolean): readonly RpmSolvable[] {
  const [first, rest]: [RpmSolvable[], RpmSolvable[]] = [[], []];
  for (const one of candidates) (isFirst(one) ? first : rest).push(one);
  return [...first, ...rest];
}

/** Installed packages stay, whatever their repository. */
function bestPriority(candidates: readonly RpmSolvable[]): readonly RpmSolvable[] {
  const offered = candidates.filter(({ isInstalled }) => !isInstalled);
  const best = offered.reduce((a, b) => (comparePriorities(b, a) < 0 ? b : a), offered[0]!);
  return candidates.filter((one) => one.isInstalled || comparePriorities(one, best) === 0);
}

/** What is for every architecture stays. */
function bestArch(candidates: readonly RpmSolvable[]): readonly RpmSolvable[] {
  const hasNative = candidates.some(({ isForeign, pkg }) => !isForeign && pkg.arch !== 'noarch');
  return hasNative ? candidates.filter(({ isForeign }) => !isForeign) : candidates;
}

/** The newest of each name, sorted by name; of equal ones the native, installed, cheapest, first. */
function bestVersions(candidates: readonly RpmSolvable[]): readonly RpmSolvable[] {
  const best = new Map<string, RpmSolvable>();
  for (const one of candidates) {
    const known = best.get(one.pkg.name);
    if (known === undefined || isBetter(one, known)) best.set(one.pkg.name, one);
  }
  return [...best.values()].sort((a, b) => compareCodeUnits(a.pkg.name, b.pkg.name));
}

function isBetter(a: RpmSolvable, b: RpmSolvable): boolean {
  const order =
    compareEvr(b.pkg, a.pkg) ||
    compareArch(a, b) ||
    Number(b.isInstalled) - Number(a.isInstalled) ||
    (a.upstream.cost ?? 1000) - (b.upstream.cost ?? 1000) ||
    a.id - b.id;
  return order < 0;
}

function compareArch(a: RpmSolvable, b: RpmSolvable): number {
  return a.pkg.arch === 'noarch' || b.pkg.arch === 'noarch' ? 0 : Number(a.isForeign) - Number(b.isForeign);
}

/** Without those that another obsoletes, unless they obsolete each other. */
function withoutObsoleted(candidates: readonly RpmSolvable[]): readonly RpmSolvable[] {
  if (candidates.length < 2 || candidates.every(({ pkg }) => pkg.obsoletes.length === 0)) return candidates;
  const kept = candidates.filter((one) => !candidates.some((other) => obsoletes(other, one) && !obsoletes(one, other)));
  return kept.length > 0 ? kept : candidates;
}
