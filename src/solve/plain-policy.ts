/** How to choose when a family says nothing of its own: by the order of the candidates, versions of one package before other choices. */
import type { ChoicePolicy, SolvableId } from './types.ts';

/** The policy over providers that order their candidates completely. */
export function plainPolicy(nameOf: (id: SolvableId) => string): ChoicePolicy {
  return {
    narrow: (open) => (open.every((id) => nameOf(id) === nameOf(open[0]!)) ? open.slice(0, 1) : open),
    order: (inQuestion) => inQuestion,
    chooseWeak: (open) => open,
    orderSupplements: (ids) => ids,
    isRecommended: () => false,
    clauseOrder: 'found',
    improves: false,
  };
}
