/**
 * Laws of the solver on random small worlds, against a reference that tries every selection: it finds a solution exactly when there is one,
 * what it finds is closed and free of conflicts, contradictions are minimal, and the order of the input does not matter.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { solve } from '../../src/solve/solve.ts';
import type { Clause, Explanation, Request, SolvableId } from '../../src/solve/types.ts';
import { whyChain } from '../../src/solve/why-chain.ts';
import { type ToyPackage, ToyWorld } from '../lab/upstreams/toy-world.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const name = fc.constantFrom(...NAMES);
const relation = fc.oneof(
  { weight: 4, arbitrary: name },
  { weight: 2, arbitrary: fc.tuple(name, fc.constantFrom('=', '>=', '<='), fc.constantFrom(1, 2)).map((parts) => parts.join(' ')) },
  { weight: 1, arbitrary: fc.constant('virtual') },
);
const requirement = fc.oneof(
  { weight: 5, arbitrary: relation },
  { weight: 2, arbitrary: fc.tuple(relation, relation).map((parts) => parts.join(' | ')) },
  { weight: 1, arbitrary: fc.tuple(relation, relation).map((parts) => parts.join(' if ')) },
);
const toyPackage: fc.Arbitrary<ToyPackage> = fc.record({
  depends: fc.array(requirement, { maxLength: 3 }),
  conflicts: fc.array(relation, { maxLength: 1 }),
  provides: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.constant(['virtual'])),
  recommends: fc.array(relation, { maxLength: 1 }),
});
const keys = fc.uniqueArray(
  fc.tuple(name, fc.constantFrom(1, 2)).map(([n, v]) => `${n} ${v}`),
  { minLength: 2, maxLength: 8 },
);
const packages = keys.chain((ks) => fc.record(Object.fromEntries(ks.map((key) => [key, toyPackage]))));
const requests = fc.uniqueArray(relation, { minLength: 1, maxLength: 3 }).map((texts) => texts.sort());
const baseline = fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.uniqueArray(fc.nat(7), { maxLength: 2 }) });
const RUNS = { numRuns: 1500 };

/** True when `selected` violates none of `clauses`. */
function satisfies(clauses: readonly Pick<Clause, 'when' | 'anyOf'>[], selected: ReadonlySet<SolvableId>): boolean {
  return clauses.every(({ when, anyOf }) => !when.every((id) => selected.has(id)) || anyOf.some((id) => selected.has(id)));
}

/** All clauses of the world that bind, given the baseline. */
function rules(world: ToyWorld, fixed: readonly SolvableId[]): Clause[] {
  return Array.from({ length: world.size }, (_, id) => world.clausesOf(id))
    .flat()
    .filter((clause) => !clause.when.every((id) => fixed.includes(id)));
}

/** Tries every selection of `size` solvables that holds `fixed`. */
function isPossible(clauses: readonly Pick<Clause, 'when' | 'anyOf'>[], size: number, fixed: readonly SolvableId[]): boolean {
  for (let bits = 0; bits < 1 << size; bits += 1) {
    const selected = new Set<SolvableId>();
    for (let id = 0; id < size; id += 1) if ((bits >> id) & 1) selected.add(id);
    if (fixed.every((id) => selected.has(id)) && satisfies(clauses, selected)) return true;
  }
  return false;
}

const asRoot = ({ anyOf }: Request) => ({ when: [], anyOf });

function checkMinimal(core: Explanation, world: ToyWorld, bound: readonly Clause[]): void {
  const roots = core.requests.map(asRoot);
  const members = [...roots, ...core.clauses, ...core.baseline.map((id) => ({ when: [], anyOf: [id] }))];
  expect(isPossible(members, world.size, [])).toBe(false);
  for (const left of members) {
    expect(
      isPossible(
        members.filter((member) => member !== left),
        world.size,
        [],
      ),
    ).toBe(true);
  }
  expect(core.clauses.every((clause) => bound.some((rule) => rule.reason.text === clause.reason.text))).toBe(true);
  expect(core.lines.length).toBeGreaterThan(0);
}

describe('solve', () => {
  it('agrees with trying every selection, and every answer holds', () => {
    const seen = { solution: 0, unsatisfiable: 0 };
    fc.assert(
      fc.property(packages, requests, baseline, (toy, texts, base) => {
        const world = new ToyWorld(toy);
        const fixed = base.filter((id) => id < world.size);
        const asked = texts.map((text) => world.request(text));
        const bound = rules(world, fixed);
        const result = solve({ provider: world, requests: asked, fixed });
        seen[result.kind] += 1;
        expect(result.kind === 'solution').toBe(isPossible([...bound, ...asked.map(asRoot)], world.size, fixed));
        if (result.kind === 'unsatisfiable') {
          expect(result.unknown).toEqual(asked.filter((request) => request.anyOf.length === 0));
          for (const core of result.conflicts) checkMinimal(core, world, bound);
          return;
        }
        const selected = new Set([...result.selected, ...fixed]);
        expect(satisfies([...bound, ...asked.map(asRoot)], selected)).toBe(true);
        expect(result.selected.some((id) => fixed.includes(id))).toBe(false);
        for (const id of result.selected) {
          const chain = whyChain(result, world, id);
          expect(chain[0]?.kind).toBe('requested');
          expect(chain.at(-1)?.id).toBe(id);
        }
        expect(new Set(result.why.keys())).toEqual(new Set(result.selected));
      }),
      RUNS,
    );
    // Worlds that are all possible or all impossible would prove little.
    expect(Math.min(seen.solution, seen.unsatisfiable)).toBeGreaterThan(RUNS.numRuns / 10);
  });

  it('no smaller set of the requests of a contradiction is impossible', () => {
    fc.assert(
      fc.property(packages, requests, (toy, texts) => {
        const world = new ToyWorld(toy);
        const result = solve({ provider: world, requests: texts.map((text) => world.request(text)) });
        if (result.kind === 'solution') return;
        const bound = rules(world, []);
        for (const core of result.conflicts) {
          for (const left of core.requests) {
            const others = core.requests.filter((request) => request !== left).map(asRoot);
            expect(isPossible([...bound, ...others], world.size, [])).toBe(true);
          }
        }
        const reported = result.conflicts.flatMap((core) => core.requests);
        expect(new Set(reported).size).toBe(reported.length);
      }),
      RUNS,
    );
  });

  it('weak dependencies never make a request impossible, and only those that cannot be are declined', () => {
    fc.assert(
      fc.property(packages, requests, (toy, texts) => {
        const world = new ToyWorld(toy);
        const asked = texts.map((text) => world.request(text));
        const withWeak = solve({ provider: world, requests: asked });
        const strict = Object.assign(Object.create(world) as ToyWorld, { weakClausesOf: () => [], supplements: () => [] });
        const without = solve({ provider: strict, requests: asked });
        expect(withWeak.kind).toBe(without.kind);
        if (withWeak.kind !== 'solution' || without.kind !== 'solution') return;
        const bound = rules(world, []);
        for (const weak of withWeak.declined) {
          const roots = withWeak.selected.map((id) => ({ when: [], anyOf: [id] }));
          expect(isPossible([...bound, ...roots, weak], world.size, [])).toBe(false);
        }
        expect(satisfies([...bound, ...asked.map(asRoot)], new Set(withWeak.selected))).toBe(true);
      }),
      RUNS,
    );
  });

  it('gives the same answer however the requests and the packages were ordered before sorting', () => {
    fc.assert(
      fc.property(packages, requests, fc.infiniteStream(fc.nat(1000)), (toy, texts, numbers) => {
        const shuffled = <T>(items: readonly T[]): T[] =>
          items
            .map((item) => ({ item, at: numbers.next().value as number }))
            .sort((x, y) => x.at - y.at)
            .map(({ item }) => item);
        const answer = (entries: [string, ToyPackage][], wanted: readonly string[]) => {
          const world = new ToyWorld(Object.fromEntries(entries));
          const result = solve({ provider: world, requests: wanted.toSorted().map((text) => world.request(text)) });
          return result.kind === 'solution' ? result.selected.map((id) => world.key(id)).sort() : result.conflicts.length;
        };
        const entries = Object.entries(toy);
        expect(answer(shuffled(entries), shuffled(texts))).toEqual(answer(entries, texts));
      }),
      RUNS,
    );
  });

  it('is a function: twice the same problem, twice the same result', () => {
    fc.assert(
      fc.property(packages, requests, (toy, texts) => {
        const once = () => {
          const world = new ToyWorld(toy);
          return solve({ provider: world, requests: texts.map((text) => world.request(text)) });
        };
        expect(once()).toEqual(once());
      }),
      { numRuns: 300 },
    );
  });
});
