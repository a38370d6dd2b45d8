/** The solver's edges: limits, depth, the provider's contract. What it selects and says is in test/scenarios. */
import { describe, expect, it } from 'vitest';
import { isAppError } from '../../src/base/errors.ts';
import { solve } from '../../src/solve/solve.ts';
import type { Provider, Request, SolvableId } from '../../src/solve/types.ts';
import { whyChain } from '../../src/solve/why-chain.ts';
import { excludes, needs, providerOf, request } from './toy-provider.ts';

/** `pigeons` requests that each want one of `holes` packages; every pair of packages of one hole excludes each other. */
function pigeonhole(pigeons: number, holes: number): { provider: Provider; requests: Request[] } {
  const provider = providerOf((id) => {
    const others = Array.from({ length: pigeons }, (_, pigeon) => pigeon * holes + (id % holes)).filter((other) => other !== id);
    return others.map((other) => excludes(id, other));
  });
  const requests = Array.from({ length: pigeons }, (_, pigeon) =>
    request(...Array.from({ length: holes }, (_, hole) => pigeon * holes + hole)),
  );
  return { provider, requests };
}

describe('solve', () => {
  it('follows a chain of 100,000 requirements', () => {
    const last = 100_000;
    const provider = providerOf((id) => (id < last ? [needs(id, id + 1)] : []));
    const result = solve({ provider, requests: [request(0)] });
    expect(result.kind === 'solution' && result.selected.length).toBe(last + 1);
    expect(result.kind === 'solution' && whyChain(result, provider, last).length).toBe(last + 1);
  });

  it('explains the failure at the end of a long chain', () => {
    const last = 300;
    const provider = providerOf((id) => [id < last ? needs(id, id + 1) : needs(id)]);
    const result = solve({ provider, requests: [request(0)] });
    expect(result.kind === 'unsatisfiable' && result.conflicts[0]?.lines.length).toBe(last + 2);
  });

  it('finds the short of two ways to fail', () => {
    const provider = providerOf((id) => {
      if (id === 0) return [needs(0, 1), needs(0, 10)];
      if (id === 1 || id === 2 || id === 3) return [needs(id, id + 1)];
      return id === 4 || id === 10 ? [needs(id)] : [];
    });
    const result = solve({ provider, requests: [request(0)] });
    expect(result.kind === 'unsatisfiable' && result.conflicts[0]?.lines).toEqual([
      'p0 was requested (test)',
      'p0 requires p10; only p10 provides it',
      'p10 requires p, but nothing provides p',
    ]);
  });

  it('learns enough to place 6 pigeons in 6 holes and to refuse the 7th', () => {
    const possible = pigeonhole(6, 6);
    expect(solve({ ...possible }).kind).toBe('solution');
    const result = solve(pigeonhole(7, 6));
    expect(result.kind === 'unsatisfiable' && result.conflicts[0]?.requests.length).toBe(7);
  });

  it('stops with SOLVE_LIMIT when the work given is used up', () => {
    const error = (() => {
      try {
        return solve({ ...pigeonhole(9, 8), maxPropagations: 100 });
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(isAppError(error, 'SOLVE_LIMIT')).toBe(true);
  });

  it('asks for the rules of what it selects only, and only once', () => {
    const asked: SolvableId[] = [];
    const provider = providerOf((id) => {
      asked.push(id);
      return id === 0 ? [needs(0, 1, 2)] : [];
    });
    solve({ provider, requests: [request(0)] });
    expect(asked.sort()).toEqual([0, 1]);
  });

  it('reports ten contradictions at most', () => {
    const provider = providerOf((id) => [needs(id)]);
    const result = solve({ provider, requests: Array.from({ length: 14 }, (_, id) => request(id)) });
    expect(result.kind === 'unsatisfiable' && result.conflicts.length).toBe(10);
  });

  it('refuses a rule that does not name its own solvable', () => {
    const provider = providerOf((id) => (id === 0 ? [needs(5, 1)] : []));
    expect(() => solve({ provider, requests: [request(0)] })).toThrow('does not name it');
  });

  it('an empty problem has an empty closure', () => {
    const result = solve({ provider: providerOf(() => []), requests: [] });
    expect(result.kind === 'solution' && result.selected).toEqual([]);
  });
});
