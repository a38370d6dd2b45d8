/** Grants weak wishes on top of a finished selection: one at a time, in order, each only if nothing selected has to change for it. */
import type { Search } from './search.ts';
import type { Clause, Provider, SolvableId, WishLevel } from './types.ts';

/** What came of the wishes. */
export interface Wishes {
  /** Wishes that hold now, granted or already fulfilled, in the order they came up. */
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
  /** Whose weak dependencies count, and how far. Grows with what wishes bring in. */
  private readonly levels: Map<SolvableId, WishLevel>;
  private queue: Clause[] = [];

  constructor(search: Search, provider: Provider, selected: Set<SolvableId>, levels: ReadonlyMap<SolvableId, WishLevel>) {
    this.search = search;
    this.provider = provider;
    this.selected = selected;
    this.levels = new Map(levels);
  }

  enqueueWishesOf(ids: Iterable<SolvableId>): void {
    for (const id of ids) {
      const level = this.levels.get(id);
      if (level !== undefined) this.queue.push(...this.provider.wishesOf(id, level));
    }
  }

  /**
   * Rounds until nothing comes in any more. A round looks at the selection as it is: first at what the selection as a whole asks for, then
   * at its members' own wishes, as libsolv has Supplements before Recommends.
   */
  runToFixpoint(): void {
    let late = new Set<Clause>();
    for (let before = -1; before !== this.selected.size; ) {
      before = this.selected.size;
      const own = this.queue;
      this.queue = [];
      // Asked anew in each round: what was declined before may be no wish now.
      this.declined = this.declined.filter((wish) => !late.has(wish));
      late = new Set(this.provider.lateWishes?.([...this.selected].sort(byNumber), this.levels));
      const waiting = this.consider([...late, ...own]).filter((wish) => !late.has(wish));
      this.queue = [...waiting, ...this.queue];
    }
  }

  /** Tries the wishes whose condition holds; returns the others. */
  private consider(wishes: readonly Clause[]): Clause[] {
    return wishes.filter((wish) => {
      if (!wish.when.every((id) => this.selected.has(id))) return true;
      this.fulfil(wish);
      return false;
    });
  }

  private fulfil(wish: Clause): void {
    if (wish.anyOf.some((id) => this.selected.has(id))) {
      this.granted.push(wish);
      return;
    }
    for (const candidate of wish.anyOf) {
      if (!this.search.run(candidate)) continue;
      const added = this.search.selected().filter((id) => !this.selected.has(id));
      fix(this.search, added);
      const level = this.levelOf(wish);
      for (const id of added) {
        this.selected.add(id);
        this.levels.set(id, level);
      }
      this.granted.push(wish);
      this.enqueueWishesOf(added);
      return;
    }
    this.declined.push(wish);
  }

  /** What a wish brings in is treated as what wished for it. */
  private levelOf(wish: Clause): WishLevel {
    const level = wish.when.map((id) => this.levels.get(id)).find((one) => one !== undefined);
    if (level === undefined) throw new Error(`nobody wished for ${wish.reason.text}`);
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
  /** Without the baseline, in the order in which wishes are looked at. */
  readonly needed: readonly SolvableId[];
  /** `needed` and the baseline; grows. */
  readonly selected: Set<SolvableId>;
  /** Members of `needed` whose weak dependencies are followed. */
  readonly levels: ReadonlyMap<SolvableId, WishLevel>;
}

/**
 * Grants wishes of `needed` (in that order), of what they bring in, and late wishes to a fixpoint. `search` has solved the requests and
 * gets the selection fixed.
 */
export function grantWishes(search: Search, provider: Provider, { needed, selected, levels }: Granted): Wishes {
  if (levels.size === 0) return { granted: [], declined: [] };
  const granting = new Granting(search, provider, selected, levels);
  granting.enqueueWishesOf(needed);
  fix(search, needed);
  granting.runToFixpoint();
  return { granted: granting.granted, declined: granting.declined };
}
