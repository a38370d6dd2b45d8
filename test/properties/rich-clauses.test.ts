/** Rich dependencies as clauses mean what the formula means: compared with evaluating it, over every selection of a few packages. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isRichTrue, richClauses } from '../../src/rpm/candidates/rich-clauses.ts';
import { parseRichDependency, type RichNode } from '../../src/rpm/candidates/rich-dependency.ts';

const PACKAGES = [0, 1, 2, 3];
const CAPABILITIES = ['a', 'b', 'c', 'd', 'none', 'always'] as const;
/** Which packages have each capability: `none` has nobody, `always` holds anyway. */
const OWNERS: Readonly<Record<string, readonly number[]>> = { a: [0], b: [1, 2], c: [2], d: [0, 3], none: [] };

const formula = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(...CAPABILITIES),
    fc.tuple(tie('node'), fc.constantFrom('and', 'or', 'if', 'unless'), tie('node')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(tie('node'), fc.constantFrom('if', 'unless'), tie('node'), tie('node')).map(([a, op, b, c]) => `(${a} ${op} ${b} else ${c})`),
    fc
      .tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('with', 'without'), fc.constantFrom('b', 'd'))
      .map((words) => `(${words.join(' ')})`),
  ),
})).node;

function ownersOf(node: RichNode): readonly number[] | 'always' {
  if (node.kind === 'capability') return node.dependency.name === 'always' ? 'always' : (OWNERS[node.dependency.name] ?? []);
  if (node.kind !== 'with' && node.kind !== 'without') throw new Error(`${node.kind} is no set of packages`);
  const [left, right] = node.operands.map(ownersOf) as [readonly number[], readonly number[]];
  return left.filter((id) => right.includes(id) === (node.kind === 'with'));
}

/** The manual's own words, operator by operator. */
function holds(node: RichNode, selected: ReadonlySet<number>): boolean {
  const of = (part: RichNode): boolean => holds(part, selected);
  switch (node.kind) {
    case 'and':
      return node.operands.every(of);
    case 'or':
      return node.operands.some(of);
    case 'if':
      return of(node.condition) ? of(node.consequence) : node.otherwise === null || of(node.otherwise);
    case 'unless':
      return of(node.condition) ? node.otherwise !== null && of(node.otherwise) : of(node.consequence);
    default: {
      const owners = ownersOf(node);
      return owners === 'always' || owners.some((id) => selected.has(id));
    }
  }
}

function* selections(): Generator<ReadonlySet<number>> {
  for (let bits = 0; bits < 1 << PACKAGES.length; bits += 1) yield new Set(PACKAGES.filter((id) => (bits & (1 << id)) !== 0));
}

it.each([false, true])('clauses hold exactly when the formula does, negated: %s', (negated) => {
  fc.assert(
    fc.property(formula, (text) => {
      const node = parseRichDependency(text.startsWith('(') ? text : `(${text})`, 'property');
      const clauses = richClauses(node, negated, ownersOf);
      for (const selected of selections()) {
        const isTrue = clauses.every(({ when, anyOf }) => !when.every((id) => selected.has(id)) || anyOf.some((id) => selected.has(id)));
        expect(isTrue, `${text} with ${[...selected]}`).toBe(holds(node, selected) !== negated);
        if (!negated) expect(isRichTrue(node, (part) => holds(part, selected))).toBe(isTrue);
      }
    }),
    { numRuns: 500 },
  );
});

it('never says a package twice, nor a clause that always holds', () => {
  fc.assert(
    fc.property(formula, (text) => {
      const node = parseRichDependency(text.startsWith('(') ? text : `(${text})`, 'property');
      for (const { when, anyOf } of richClauses(node, false, ownersOf)) {
        expect(new Set(when).size).toBe(when.length);
        expect(new Set(anyOf).size).toBe(anyOf.length);
        expect(when.some((id) => anyOf.includes(id))).toBe(false);
      }
    }),
  );
});
