/**
 * Whose weak dependencies are followed: of all that is there because of a request that asks for it, and of what they bring in
 * themselves; and what came of them.
 */
import type { CachedProvider } from './cached-provider.ts';
import { trim } from './trim.ts';
import type { Clause, Request, Selection, SolvableId, WeakLevel } from './types.ts';
import { type WeakSource, weakClauses } from './weak-round.ts';

/** What came of the weak dependencies of a selection. */
export interface WeakOutcome {
  /** Those that hold, by the member that has them or that is supplemented. */
  readonly granted: ReadonlyMap<SolvableId, readonly Clause[]>;
  readonly declined: readonly Clause[];
}

/** The weak dependencies of one problem. */
export class FollowedWeak {
  private readonly requests: ReadonlyMap<Clause, Request>;
  private readonly cache: CachedProvider;

  constructor(requests: ReadonlyMap<Clause, Request>, cache: CachedProvider) {
    this.requests = requests;
    this.cache = cache;
  }

  /** For a search; empty when no request asks. */
  source(): { weak?: WeakSource } {
    if (![...this.requests.values()].some(({ weak }) => weak !== undefined)) return {};
    const { provider, policy } = this.cache;
    return { weak: { provider, policy, levelsOf: (selection) => this.levelsOf(selection.ids()) } };
  }

  /** What holds and what does not in a selection, the baseline included. */
  outcome(selected: readonly SolvableId[]): WeakOutcome {
    const { provider } = this.cache;
    const levels = this.levelsOf(selected);
    if (levels.size === 0) return { granted: new Map(), declined: [] };
    const members = new Set(selected);
    const granted = new Map<SolvableId, Clause[]>();
    const declined: Clause[] = [];
    const grant = (owner: SolvableId, weak: Clause): void => {
      const list = granted.get(owner);
      if (list === undefined) granted.set(owner, [weak]);
      else list.push(weak);
    };
    for (const weak of weakClauses(provider, levels, selected)) {
      if (weak.anyOf.some((id) => members.has(id))) grant(weak.when[0]!, weak);
      else if (weak.when.every((id) => members.has(id))) declined.push(weak);
    }
    for (const weak of this.supplements(selected, levels)) grant(weak.when[0]!, weak);
    return { granted, declined };
  }

  /** Level by level: a member that two requests bring in is followed as far as the one that goes farther. */
  private levelsOf(selected: readonly SolvableId[]): ReadonlyMap<SolvableId, WeakLevel> {
    const { fixed } = this.cache;
    const levels = new Map<SolvableId, WeakLevel>();
    for (const level of ['recommends', 'suggests'] as const) {
      const asking = [...this.requests].filter(([, { weak }]) => weak === level).map(([clause]) => clause);
      if (asking.length === 0) continue;
      if (asking.length === this.requests.size) return new Map(selected.filter((id) => !fixed.has(id)).map((id) => [id, level]));
      for (const id of this.reachedBy(asking, level, selected)) levels.set(id, level);
    }
    return levels;
  }

  /** What `asking` brings in, weak dependencies of `level` followed. */
  private reachedBy(asking: readonly Clause[], level: WeakLevel, selected: readonly SolvableId[]): readonly SolvableId[] {
    const { provider, clausesOf, fixed } = this.cache;
    const members = new Set(selected);
    const supplements = Map.groupBy(this.supplements(selected, new Map(selected.map((id) => [id, level]))), ({ when }) => when[0]!);
    const isGranted = ({ anyOf }: Clause): boolean => anyOf.some((id) => members.has(id));
    const withWeak = (id: SolvableId): readonly Clause[] => [
      ...clausesOf(id),
      ...provider.weakClausesOf(id, level).filter(isGranted),
      ...(supplements.get(id) ?? []),
    ];
    return trim({ roots: asking, fixed, selected: members, clausesOf: withWeak });
  }

  /** Members that are there because others are, as clauses of those. */
  private supplements(selected: readonly SolvableId[], levels: ReadonlyMap<SolvableId, WeakLevel>): readonly Clause[] {
    const members = new Set(selected);
    const selection: Selection = { has: (id) => members.has(id), ids: () => selected };
    const found = this.cache.provider.supplements?.(selection, levels) ?? [];
    return found
      .filter(({ id }) => members.has(id))
      .map(({ id, by, text }) => ({ when: [by], anyOf: [id], reason: { kind: 'recommends', text } }));
  }
}
