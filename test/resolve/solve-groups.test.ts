import { describe, expect, it } from 'vitest';
import { MINIMAL_BASELINE, NO_BASELINE } from '../../src/cli/bundle/read-baselines.ts';
import type { PackageWish } from '../../src/config/manifest/select-request.ts';
import { prove } from '../../src/resolve/prove.ts';
import { wishSets } from '../../src/resolve/resolution.ts';
import { solveSets } from '../../src/resolve/solve-groups.ts';
import { toyManifest, toyMetadata } from '../lab/upstreams/deb-metadata.ts';

function wish(text: string, more: Partial<PackageWish> = {}): PackageWish {
  return { text, origin: 'profile toy', recommends: false, optional: false, ...more };
}

function solved(metadata: ReturnType<typeof toyMetadata>, wishes: readonly PackageWish[], baselines = [NO_BASELINE]) {
  const { sets, missing } = solveSets(metadata, wishSets(wishes), baselines);
  const closures = Object.fromEntries(sets.map(({ name, world, closure }) => [name, closure.map((id) => world.facts(id).name).sort()]));
  return { closures, missing: missing.map(({ text }) => text), sets };
}

const BASE = ['base-files 1', { Essential: 'yes' }] as const;

describe('solving sets', () => {
  it('brings the Essential packages of an empty host along, and none for a minimal one', () => {
    const metadata = toyMetadata([BASE, ['a 1']]);
    expect(solved(metadata, [wish('a')]).closures).toEqual({ joint: ['a', 'base-files'] });
    expect(solved(metadata, [wish('a')], [MINIMAL_BASELINE]).closures).toEqual({ joint: ['a'] });
  });

  it('is the union over several baselines', () => {
    const { closures } = solved(toyMetadata([BASE, ['a 1']]), [wish('a')], [MINIMAL_BASELINE, NO_BASELINE]);
    expect(closures).toEqual({ 'joint@minimal': ['a'], 'joint@none': ['a', 'base-files'] });
  });

  it('solves a group declared apart with nothing but itself', () => {
    const metadata = toyMetadata([['a 1'], ['b 1', { Conflicts: 'a' }]]);
    expect(solved(metadata, [wish('a'), wish('b', { apart: 'other-kernel' })]).closures).toEqual({ joint: ['a'], 'other-kernel': ['b'] });
    expect(() => solved(metadata, [wish('a'), wish('b')])).toThrow(expect.objectContaining({ code: 'SOLVE_UNSATISFIABLE' }));
  });

  it('drops optional wishes that do not exist or stand in the way, and names them', () => {
    const metadata = toyMetadata([['a 1'], ['b 1', { Conflicts: 'a' }]]);
    const { closures, missing } = solved(metadata, [wish('a'), wish('b', { optional: true }), wish('ghost', { optional: true })]);
    expect(closures).toEqual({ joint: ['a'] });
    expect(missing.sort()).toEqual(['b', 'ghost']);
  });

  it('reports every unknown name at once', () => {
    const metadata = toyMetadata([['a 1']]);
    expect(() => solved(metadata, [wish('x'), wish('a'), wish('y')])).toThrow(
      expect.objectContaining({ code: 'SOLVE_UNKNOWN_NAME', details: expect.objectContaining({ unknown: ['x', 'y'] }) }),
    );
  });

  it('follows Recommends only of wishes whose group says so', () => {
    const metadata = toyMetadata([['a 1', { Recommends: 'r' }], ['b 1', { Recommends: 's' }], ['r 1'], ['s 1']]);
    expect(solved(metadata, [wish('a', { recommends: true }), wish('b')]).closures).toEqual({ joint: ['a', 'b', 'r'] });
  });

  it('holds a pinned package to its version', () => {
    const pinned = toyManifest({ pins: [{ name: 'a', version: '1', upstream: null }] });
    const { sets } = solved(toyMetadata([['a 1'], ['a 2']], pinned), [wish('a')]);
    expect(sets[0]?.closure.map((id) => sets[0]?.world.facts(id).version)).toEqual(['1']);
  });
});

describe('the proof', () => {
  const profiles = [{ profile: 'toy', wishes: [wish('a')] }];

  it('counts what a host would install from the bundle alone', () => {
    const metadata = toyMetadata([BASE, ['a 1', { Depends: 'b' }], ['b 1']]);
    const { sets } = solved(metadata, [wish('a')]);
    const chosen = sets.flatMap(({ world, closure }) => closure.map((id) => world.raw(id)));
    expect(prove(metadata, chosen, profiles, [NO_BASELINE, MINIMAL_BASELINE])).toEqual([
      { profile: 'toy', baseline: 'none', packages: 3 },
      { profile: 'toy', baseline: 'minimal', packages: 2 },
    ]);
  });

  it('fails when a package is missing, naming profile, baseline and chain', () => {
    const metadata = toyMetadata([['a 1', { Depends: 'b' }], ['b 1']]);
    const { sets } = solved(metadata, [wish('a')]);
    const chosen = sets.flatMap(({ world, closure }) => closure.filter((id) => world.facts(id).name !== 'b').map((id) => world.raw(id)));
    expect(() => prove(metadata, chosen, profiles, [NO_BASELINE])).toThrow(
      expect.objectContaining({
        code: 'PROOF_FAILED',
        message: expect.stringMatching(/profile toy.*baseline none[\s\S]*a 1 .*requires b/),
      }),
    );
  });

  it('does not ask a host to know our pins', () => {
    const manifest = toyManifest({ pins: [{ name: 'a', version: null, upstream: 'toy' }] });
    const metadata = toyMetadata([['a 1']], manifest);
    const { sets } = solved(metadata, [wish('a')]);
    const chosen = sets.flatMap(({ world, closure }) => closure.map((id) => world.raw(id)));
    expect(prove(metadata, chosen, profiles, [NO_BASELINE])).toHaveLength(1);
  });
});
