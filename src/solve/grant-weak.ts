/** Grants weak dependencies on top of a finished selection: one at a time, in order, each only if nothing selected has to change for it. */
import type { Search } from './search.ts';
import type { Clause, Provider, SolvableId, WeakLevel } from './types.ts';

/** What came of the weak dependencies. */
export interface GrantedWeak {
  /** Those that hold now, granted or already fulfilled, in the order they came up. */
  readonly granted: readonly Clause[];
  readonly declined: readonly Clause[];
}

const byNumber = (a: number, b: number): number => a - b;

class Granting {
  readonly granted: Clause[] = [];
  declined: Clause[] = [];
  private readonly search: Search;
  private readonly provider: Provider;
  private readonly selected: Set<SolvableId>;
  /** Whose weak dependencies count, and how far. Grows with what they bring in. */
  private readonly levels: Map<SolvableId, WeakLevel>;
  private queue: Clause[] = [];

  constructor(search: Search, provider: Provider, selected: Set<SolvableId>, levels: ReadonlyMap<SolvableId, WeakLevel>) {
    this.search = search;
    this.provider = provider;
    this.selected = selected;
    this.levels = new Map(levels);
  }

  enqueueWeakOf(ids: Iterable<SolvableId>): void {
    for (const id of ids) {
      const level = this.levels.get(id);
      if (level !== undefined) this.queue.push(...this.provider.weakClausesOf(id, level));
    }
  }

  /**
   * Rounds until nothing comes in any more. A round looks at the selection as it is: first at what the selection as a whole asks for, then
   * at its members' own weak dependencies, as libsolv has Supplements before Recommends.
   */
  runToFixpoint(): void {
    let late = new Set<Clause>();
    for (let before = -1; before !== this.selected.size; ) {
      before = this.selected.size;
      const own = this.queue;
      this.queue = [];
      // Asked anew in each round: what was declined before may not be asked for now.
      this.declined = this.declined.filter((weak) => !late.has(weak));
      late = new Set(this.provider.lateWeak?.([...this.selected].sort(byNumber), this.levels));
      const waiting = this.consider([...late, ...own]).filter((weak) => !late.has(weak));
      this.queue = [...waiting, ...this.queue];
    }
  }

  /** Tries the weak dependencies whose condition holds; returns the others. */
  private consider(clauses: readonly Clause[]): Clause[] {
    return clauses.filter((weak) => {
      if (!weak.when.every((id) => this.selected.has(id))) return true;
      this.fulfil(weak);
      return false;
    });
  }

  private fulfil(weak: Clause): void {
    if (weak.anyOf.some((id) => this.selected.has(id))) {
      this.granted.push(weak);
      return;
    }
    for (const candidate of weak.anyOf) {
      if (!this.search.run(candidate)) continue;
      const added = this.search.selected().filter((id) => !this.selected.has(id));
      fix(this.search, added);
      const level = this.levelOf(weak);
      for (const id of added) {
        this.selected.add(id);
        this.levels.set(id, level);
      }
      this.granted.push(weak);
      this.enqueueWeakOf(added);
      return;
    }
    this.declined.push(weak);
  }

  /** What a weak dependency brings in is treated as what asked for it. */
  private levelOf(weak: Clause): WeakLevel {
    const level = weak.when.map((id) => this.levels.get(id)).find((one) => one !== undefined);
    if (level === undefined) throw new Error(`nobody asked for ${weak.reason.text}`);
    return level;
  }
}

/** Makes `ids` selected for good in a search that has found them possible. */
function fix(search: Search, ids: Iterable<SolvableId>): void {
  for (const id of ids) search.addClause({ when: [], anyOf: [id], reason: { kind: 'requires', text: '' } });
  if (!search.run()) throw new Error('a selection found possible turned out impossible');
}

/** A selection that satisfies the requests. */
export interface Granted {
  /** Without the baseline, in the order in which their weak dependencies are looked at. */
  readonly needed: readonly SolvableId[];
  /** `needed` and the baseline; grows. */
  readonly selected: Set<SolvableId>;
  /** Members of `needed` whose weak dependencies are followed. */
  readonly levels: ReadonlyMap<SolvableId, WeakLevel>;
}

/**
 * Grants weak dependencies of `needed` (in that order), of what they bring in, and those of the selection as a whole, to a fixpoint.
 * `search` has solved the requests and gets the selection fixed.
 */
export function grantWeak(search: Search, provider: Provider, { needed, selected, levels }: Granted): GrantedWeak {
  if (levels.size === 0) return { granted: [], declined: [] };
  const granting = new Granting(search, provider, selected, levels);
  granting.enqueueWeakOf(needed);
  fix(search, needed);
  granting.runToFixpoint();
  return { granted: granting.granted, declined: granting.declined };
}
