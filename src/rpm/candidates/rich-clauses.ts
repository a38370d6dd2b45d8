/**
 * Rich dependencies as rules for the solver: a formula over capabilities becomes clauses over packages (conjunctive normal form by
 * distribution). A capability is true when one of its satisfiers is selected. Bounded, since distribution can multiply.
 */
import { AppError } from '../../base/errors.ts';
import type { SolvableId } from '../../solve/types.ts';
import type { RichNode } from './rich-dependency.ts';

/** "If all of `when` are selected, one of `anyOf` must be." */
export interface RichClause {
  readonly when: readonly SolvableId[];
  readonly anyOf: readonly SolvableId[];
}

/**
 * The packages that make a capability (or a `with`, `without`, or a part of one) true, best first; `'always'` when it holds whatever is
 * selected: rpm's own features, or what the declaring package has itself.
 */
export type SatisfiersOf = (node: RichNode) => readonly SolvableId[] | 'always';

const MAX_CLAUSES = 4096;

const FALSE: readonly RichClause[] = [{ when: [], anyOf: [] }];
const TRUE: readonly RichClause[] = [];

/**
 * Clauses that hold exactly when `node` holds, or with `negated` exactly when it does not. None for a formula that always holds.
 *
 * @throws {AppError} `SOLVE_LIMIT` when there would be more than 4096.
 */
export function richClauses(node: RichNode, negated: boolean, satisfiersOf: SatisfiersOf): readonly RichClause[] {
  const of = (part: RichNode, isNegated: boolean): readonly RichClause[] => richClauses(part, isNegated, satisfiersOf);
  switch (node.kind) {
    case 'capability':
    case 'with':
    case 'without':
      return literal(satisfiersOf(node), negated);
    case 'and':
    case 'or': {
      const parts = node.operands.map((operand) => of(operand, negated));
      return (node.kind === 'and') !== negated ? all(parts) : parts.reduce(either, FALSE);
    }
    case 'if': {
      // a if b else c: (not b, or a) and (b, or c); without else the second part holds.
      const { consequence, condition, otherwise } = node;
      const isTrue = either(of(consequence, negated), of(condition, true));
      if (otherwise !== null) return all([isTrue, either(of(condition, false), of(otherwise, negated))]);
      return negated ? all([of(consequence, true), of(condition, false)]) : isTrue;
    }
    default: {
      // a unless b else c: (b, or a) and (not b, or c); without else it does not hold with b.
      const { consequence, condition, otherwise } = node;
      const isFalse = either(of(consequence, negated), of(condition, false));
      if (otherwise !== null) return all([isFalse, either(of(condition, true), of(otherwise, negated))]);
      return negated ? isFalse : all([of(consequence, false), of(condition, true)]);
    }
  }
}

/** True when `node` holds where `isTrue` says so of capabilities, `with` and `without`. */
export function isRichTrue(node: RichNode, isTrue: (part: RichNode) => boolean): boolean {
  const holds = (part: RichNode): boolean => isRichTrue(part, isTrue);
  switch (node.kind) {
    case 'capability':
    case 'with':
    case 'without':
      return isTrue(node);
    case 'and':
      return node.operands.every(holds);
    case 'or':
      return node.operands.some(holds);
    case 'if':
      return holds(node.condition) ? holds(node.consequence) : node.otherwise === null || holds(node.otherwise);
    default:
      return holds(node.condition) ? node.otherwise !== null && holds(node.otherwise) : holds(node.consequence);
  }
}

function literal(satisfiers: readonly SolvableId[] | 'always', negated: boolean): readonly RichClause[] {
  if (satisfiers === 'always') return negated ? FALSE : TRUE;
  return negated ? satisfiers.map((id) => ({ when: [id], anyOf: [] })) : [{ when: [], anyOf: satisfiers }];
}

function all(parts: readonly (readonly RichClause[])[]): readonly RichClause[] {
  return withoutRepeats(parts.flat());
}

function either(a: readonly RichClause[], b: readonly RichClause[]): readonly RichClause[] {
  if (a.length * b.length > MAX_CLAUSES * 4) throw tooLarge();
  const merged: RichClause[] = [];
  for (const left of a) {
    for (const right of b) {
      const clause = { when: union(left.when, right.when), anyOf: union(left.anyOf, right.anyOf) };
      if (!clause.when.some((id) => clause.anyOf.includes(id))) merged.push(clause);
    }
  }
  return withoutRepeats(merged);
}

function withoutRepeats(clauses: readonly RichClause[]): readonly RichClause[] {
  if (clauses.length < 2) return clauses;
  const unique = new Map(clauses.map((clause) => [`${sorted(clause.when)}>${sorted(clause.anyOf)}`, clause]));
  if (unique.size > MAX_CLAUSES) throw tooLarge();
  return [...unique.values()];
}

function sorted(ids: readonly SolvableId[]): string {
  return [...ids].sort((x, y) => x - y).join(' ');
}

function union(a: readonly SolvableId[], b: readonly SolvableId[]): readonly SolvableId[] {
  if (a.length === 0) return b;
  return b.length === 0 ? a : [...new Set([...a, ...b])];
}

function tooLarge(): AppError {
  return new AppError('SOLVE_LIMIT', `a rich dependency stands for more than ${MAX_CLAUSES} rules`, {
    hint: 'exclude the package that has it with an overlay (--manifest)',
  });
}
