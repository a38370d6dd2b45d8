import { describe, expect, it } from 'vitest';
import { NO_BASELINE } from '../../../src/cli/pipeline/baselines.ts';
import { resolveRequest } from '../../../src/cli/pipeline/resolve.ts';
import type { Metadata, World } from '../../../src/cli/pipeline/world.ts';
import type { Clause, SolvableId } from '../../../src/solve/types.ts';
import { toyManifest } from '../../support/deb-metadata.ts';

const NAMES = ['app', 'policy-module', 'policy'] as const;
const [APP, MODULE, POLICY] = [0, 1, 2];

/** `app` needs `policy-module` only where `policy` is: on a minimal host, never on an empty one. */
function conditionalMetadata(hasConditions: boolean): Metadata<SolvableId> {
  const world = (exists: readonly SolvableId[], isMinimal: boolean): World<SolvableId> => ({
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
      wishesOf: () => [],
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
    names: () => new Set(NAMES),
  });
  return {
    upstreams: [],
    unavailable: [],
    packageCount: 3,
    hasConditions,
    world: (baseline) => world([APP, MODULE, POLICY], baseline.kind === 'minimal'),
    rehearsal: (chosen, baseline) => world(chosen, baseline.kind === 'minimal'),
  };
}

function resolveApp(hasConditions: boolean) {
  const input = {
    manifest: toyManifest({ target: { distro: 'el9', arch: 'x86_64' } }),
    manifestSha256: 'a'.repeat(64),
    profiles: [],
    packages: ['app'],
    pgVersion: null,
    recommends: false,
    modules: [],
    baselines: [NO_BASELINE],
  };
  return resolveRequest(conditionalMetadata(hasConditions), input).lock;
}

describe('a dependency that hangs on what the host has', () => {
  it('is carried although an empty host would not need it', () => {
    const lock = resolveApp(true);
    expect(lock.packages.map(({ name, sets }) => [name, sets])).toEqual([
      ['app', ['joint@minimal', 'joint@none']],
      ['policy-module', ['joint@minimal']],
    ]);
    expect(lock.proofs.map(({ baseline, packages }) => [baseline, packages])).toEqual([
      ['minimal', 2],
      ['none', 1],
    ]);
  });

  it('would break the proof if it were not', () => {
    expect(() => resolveApp(false)).toThrow(expect.objectContaining({ code: 'PROOF_FAILED' }));
  });
});
