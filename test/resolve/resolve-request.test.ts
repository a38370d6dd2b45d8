import { describe, expect, it } from 'vitest';
import { type Baseline, MINIMAL_BASELINE, NO_BASELINE } from '../../src/resolve/baseline.ts';
import type { Candidates, Metadata } from '../../src/resolve/family.ts';
import { resolveRequest } from '../../src/resolve/resolve-request.ts';
import type { Clause, SolvableId } from '../../src/solve/types.ts';
import { toyManifest } from '../lab/upstreams/deb-metadata.ts';

const NAMES = ['app', 'policy-module', 'policy'] as const;
const [APP, MODULE, POLICY] = [0, 1, 2];

/** `app` needs `policy-module` only where `policy` is: on a minimal host, never on an empty one. */
function conditionalMetadata(hasConditions: boolean, offered: readonly SolvableId[] = [APP, MODULE, POLICY]): Metadata<SolvableId> {
  const candidates = (exists: readonly SolvableId[], isMinimal: boolean): Candidates<SolvableId> => ({
    provider: {
      clausesOf: (id): readonly Clause[] =>
        id === APP
          ? [
              {
                when: [APP, POLICY],
                anyOf: exists.filter((other) => other === MODULE),
                reason: { kind: 'requires', text: '(policy-module if policy)' },
              },
            ]
          : [],
      weakClausesOf: () => [],
      label: (id) => `${NAMES[id]} 1 [toy]`,
      name: (id) => NAMES[id] ?? '',
    },
    implied: [],
    fixed: isMinimal ? [POLICY] : [],
    request: (text, origin) => ({ text, origin, anyOf: exists.filter((id) => NAMES[id] === text) }),
    isOnHost: (id) => isMinimal && id === POLICY,
    facts: (id) => ({
      name: NAMES[id] ?? '',
      version: '1',
      arch: 'noarch',
      upstream: 'toy',
      path: `${NAMES[id]}-1.noarch.rpm`,
      sizeBytes: 1,
      sha256: String(id).repeat(64),
      installedBytes: 0,
    }),
    raw: (id) => id,
    relations: () => new Map(),
    names: () => new Set(NAMES),
  });
  return {
    upstreams: [],
    unavailable: [],
    packageCount: 3,
    hasConditions,
    candidates: (baseline) => candidates(offered, baseline.kind === 'minimal'),
    correct: () => undefined,
    bundleAlone: (chosen, baseline) => candidates(chosen, baseline.kind === 'minimal'),
  };
}

function resolveApp(hasConditions: boolean, baselines: readonly Baseline[] = [NO_BASELINE], metadata = conditionalMetadata(hasConditions)) {
  const input = {
    manifest: toyManifest({ target: { distro: 'el9', arch: 'x86_64' } }),
    manifestSha256: 'a'.repeat(64),
    profiles: [],
    packages: ['app'],
    pgVersion: null,
    recommends: false,
    modules: new Map(),
    baselines,
  };
  return resolveRequest(metadata, input);
}

describe('a dependency that hangs on what the host has', () => {
  it('is carried although an empty host would not need it', () => {
    const lock = resolveApp(true).lock;
    expect(lock.packages.map(({ name, solveGroups }) => [name, solveGroups])).toEqual([
      ['app', ['joint@minimal', 'joint@none']],
      ['policy-module', ['joint@minimal']],
    ]);
    expect(lock.solved.map(({ baseline, packages }) => [baseline, packages])).toEqual([
      ['minimal', 2],
      ['none', 1],
    ]);
  });

  it('is explained once for each way it came in, not for each host', () => {
    const { why } = resolveApp(true);
    expect(why('app')).toHaveLength(1);
    expect(why('policy-module')).toHaveLength(1);
  });

  it('would break the proof if it were not', () => {
    expect(() => resolveApp(false)).toThrow(expect.objectContaining({ code: 'PROOF_FAILED' }));
  });
});

describe('a request that cannot be beside what a minimal host has', () => {
  const withoutModule = conditionalMetadata(true, [APP, POLICY]);

  it('is resolved for the empty host that was asked for, and says so', () => {
    const { lock, unproved } = resolveApp(true, [NO_BASELINE], withoutModule);
    expect(lock.solved.map(({ baseline }) => baseline)).toEqual(['none']);
    expect(unproved).toMatch(/requires \(policy-module if policy\)/);
    expect(resolveApp(true).unproved).toBeNull();
  });

  it('is refused where the minimal host was asked for', () => {
    expect(() => resolveApp(true, [MINIMAL_BASELINE, NO_BASELINE], withoutModule)).toThrow(
      expect.objectContaining({ code: 'SOLVE_UNSATISFIABLE' }),
    );
  });
});
