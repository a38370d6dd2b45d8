/**
 * Weak dependencies of a selection that satisfies everything else, in rounds as libsolv takes them: what is asked for is gathered, only the
 * best of it comes into question, supplements are tried first and recommendations after them, in the order of the selection. Then
 * the rest of the world is settled again before the next round.
 */
import type { ChoicePolicy, Clause, Provider, Selection, SolvableId, WeakLevel } from './types.ts';

/** How far weak dependencies of each selected solvable are followed; asked at the beginning of a round. */
export type LevelsOf = (selection: Selection) => ReadonlyMap<SolvableId, WeakLevel>;

/** Where weak dependencies come from. */
export interface WeakSource {
  readonly provider: Provider;
  readonly policy: ChoicePolicy;
  readonly levelsOf: LevelsOf;
}

/** What can still be decided: neither selected nor excluded. */
export type IsOpen = (id: SolvableId) => boolean;

/** One round. */
export class WeakRound {
  private readonly policy: ChoicePolicy;
  private readonly supplements: SolvableId[];
  private readonly recommendations: Clause[];
  private readonly inQuestion: ReadonlySet<SolvableId>;

  private constructor(policy: ChoicePolicy, supplements: SolvableId[], recommendations: Clause[], inQuestion: ReadonlySet<SolvableId>) {
    this.policy = policy;
    this.supplements = supplements;
    this.recommendations = recommendations;
    this.inQuestion = inQuestion;
  }

  /** The round for a selection; null when nothing more is asked for. */
  static open({ provider, policy, levelsOf }: WeakSource, selection: Selection, isOpen: IsOpen): WeakRound | null {
    const levels = levelsOf(selection);
    const recommendations = weakClauses(provider, levels, selection.ids()).filter((weak) => isAskedFor(weak, selection));
    const wanted = new Set(recommendations.flatMap(({ anyOf }) => anyOf.filter(isOpen)));
    const joining = [...new Set(provider.supplements?.(selection, levels).map(({ id }) => id))].filter(isOpen);
    for (const id of joining) wanted.add(id);
    if (wanted.size === 0) return null;
    const inQuestion = new Set(wanted.size === 1 ? wanted : policy.chooseWeak([...wanted], selection));
    const supplements = joining.filter((id) => inQuestion.has(id));
    const ordered = supplements.length > 1 ? policy.orderSupplements(supplements, selection) : supplements;
    return new WeakRound(policy, ordered.toReversed(), recommendations.toReversed(), inQuestion);
  }

  /** Candidates to choose the first of, best first; null at the end of the round. */
  next(selection: Selection, isOpen: IsOpen): readonly SolvableId[] | null {
    for (let id = this.supplements.pop(); id !== undefined; id = this.supplements.pop()) if (isOpen(id)) return [id];
    for (let weak = this.recommendations.pop(); weak !== undefined; weak = this.recommendations.pop()) {
      if (!isAskedFor(weak, selection)) continue;
      const open = weak.anyOf.filter((id) => isOpen(id) && this.inQuestion.has(id));
      if (open.length > 0) return choose(this.policy, open, selection, weak);
    }
    return null;
  }
}

/** The candidates in question, best first. */
function choose(policy: ChoicePolicy, open: readonly SolvableId[], selection: Selection, weak: Clause): readonly SolvableId[] {
  if (open.length === 1) return open;
  const inQuestion = policy.narrow(open, selection);
  return inQuestion.length === 1 ? inQuestion : policy.order(inQuestion, selection, weak);
}

/** Weak dependencies of `ids` that name a candidate, in that order. */
export function weakClauses(provider: Provider, levels: ReadonlyMap<SolvableId, WeakLevel>, ids: readonly SolvableId[]): Clause[] {
  return ids.flatMap((id) => {
    const level = levels.get(id);
    return level === undefined ? [] : provider.weakClausesOf(id, level);
  });
}

function isAskedFor({ when, anyOf }: Clause, selection: Selection): boolean {
  return when.every((id) => selection.has(id)) && !anyOf.some((id) => selection.has(id));
}
