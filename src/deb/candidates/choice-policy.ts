/**
 * What apt takes where Depends leave a choice: the first alternative that can be, unless a later one is there already. apt tells the
 * providers of a virtual package apart by the number they have in its cache, which means nothing: here the one that needs the fewest new
 * packages wins.
 */
import { plainPolicy } from '../../solve/plain-policy.ts';
import type { ChoicePolicy, Clause, Selection, SolvableId, WeakLevel } from '../../solve/types.ts';

/** More new packages than this count as so many. */
const MAX_COUNTED = 400;

/** What the policy asks of a provider. */
export interface DebRules {
  clausesOf(id: SolvableId): readonly Clause[];
  weakClausesOf(id: SolvableId, level: WeakLevel): readonly Clause[];
  name(id: SolvableId): string;
}

/** apt's policy over the rules of a provider. */
export function debChoicePolicy(rules: DebRules): ChoicePolicy {
  return {
    ...plainPolicy((id) => rules.name(id)),
    order: (inQuestion, selection, { anyOf, reason, alike = 1 }) => {
      const first = inQuestion.filter((id) => anyOf.indexOf(id) < alike);
      if (first.length < 2) return inQuestion;
      const isWeak = reason.kind === 'recommends';
      const needs = new Map(first.map((id) => [id, newPackages(rules, id, selection, isWeak)]));
      // A stable sort: the order among equals stays.
      return [...first.sort((a, b) => needs.get(a)! - needs.get(b)!), ...inQuestion.filter((id) => !needs.has(id))];
    },
  };
}

/**
 * About how many packages come in with `id`: its Depends and theirs, Recommends too where these are followed, always the first alternative,
 * conflicts not looked at.
 */
function newPackages(rules: DebRules, id: SolvableId, selection: Selection, isWeak: boolean): number {
  const coming = new Set([id]);
  const holds = (other: SolvableId) => coming.has(other) || selection.has(other);
  // A set goes on with what is added while it is walked.
  for (const member of coming) {
    const weak = isWeak ? rules.weakClausesOf(member, 'recommends') : [];
    for (const { when, anyOf } of [...rules.clausesOf(member), ...weak]) {
      if (anyOf.length > 0 && when.every(holds) && !anyOf.some(holds)) coming.add(anyOf[0]!);
    }
    if (coming.size > MAX_COUNTED) break;
  }
  return coming.size;
}
