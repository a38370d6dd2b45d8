import { describe, expect, it } from 'vitest';
import type { PackageRequest } from '../../src/config/manifest/select-request.ts';
import { MINIMAL_BASELINE, NO_BASELINE } from '../../src/resolve/baseline.ts';
import { solveGroupsOf } from '../../src/resolve/resolution.ts';
import { solveGroups } from '../../src/resolve/solve-groups.ts';
import { toyManifest, toyMetadata } from '../lab/upstreams/deb-metadata.ts';

function request(text: string, more: Partial<PackageRequest> = {}): PackageRequest {
  return { text, origin: 'profile toy', recommends: false, optional: false, ...more };
}

function solved(metadata: ReturnType<typeof toyMetadata>, requests: readonly PackageRequest[], baselines = [NO_BASELINE]) {
  const { groups, missing } = solveGroups(metadata, solveGroupsOf(requests), baselines);
  const closures = Object.fromEntries(
    groups.map(({ name, candidates, closure }) => [name, closure.map((id) => candidates.facts(id).name).sort()]),
  );
  return { closures, missing: missing.map(({ text }) => text), groups };
}

const BASE = ['base-files 1', { Essential: 'yes' }] as const;

describe('solving groups', () => {
  it('brings the Essential packages of an empty host along, and none for a minimal one', () => {
    const metadata = toyMetadata([BASE, ['a 1']]);
    expect(solved(metadata, [request('a')]).closures).toEqual({ joint: ['a', 'base-files'] });
    expect(solved(metadata, [request('a')], [MINIMAL_BASELINE]).closures).toEqual({ joint: ['a'] });
  });

  it('is the union over several baselines', () => {
    const { closures } = solved(toyMetadata([BASE, ['a 1']]), [request('a')], [MINIMAL_BASELINE, NO_BASELINE]);
    expect(closures).toEqual({ 'joint@minimal': ['a'], 'joint@none': ['a', 'base-files'] });
  });

  it('solves a group declared separate with nothing but itself', () => {
    const metadata = toyMetadata([['a 1'], ['b 1', { Conflicts: 'a' }]]);
    expect(solved(metadata, [request('a'), request('b', { separate: 'other-kernel' })]).closures).toEqual({
      joint: ['a'],
      'other-kernel': ['b'],
    });
    expect(() => solved(metadata, [request('a'), request('b')])).toThrow(expect.objectContaining({ code: 'SOLVE_UNSATISFIABLE' }));
  });

  it('drops optional requests that do not exist or stand in the way, and names them', () => {
    const metadata = toyMetadata([['a 1'], ['b 1', { Conflicts: 'a' }]]);
    const { closures, missing } = solved(metadata, [request('a'), request('b', { optional: true }), request('ghost', { optional: true })]);
    expect(closures).toEqual({ joint: ['a'] });
    expect(missing.sort()).toEqual(['b', 'ghost']);
  });

  it('reports every unknown name at once', () => {
    const metadata = toyMetadata([['a 1']]);
    expect(() => solved(metadata, [request('x'), request('a'), request('y')])).toThrow(
      expect.objectContaining({ code: 'SOLVE_UNKNOWN_NAME', details: expect.objectContaining({ unknown: ['x', 'y'] }) }),
    );
  });

  it('follows Recommends only of requests whose group says so', () => {
    const metadata = toyMetadata([['a 1', { Recommends: 'r' }], ['b 1', { Recommends: 's' }], ['r 1'], ['s 1']]);
    expect(solved(metadata, [request('a', { recommends: true }), request('b')]).closures).toEqual({ joint: ['a', 'b', 'r'] });
  });

  it('holds a pinned package to its version', () => {
    const pinned = toyManifest({ pins: [{ name: 'a', version: '1', upstream: null }] });
    const { groups } = solved(toyMetadata([['a 1'], ['a 2']], pinned), [request('a')]);
    expect(groups[0]?.closure.map((id) => groups[0]?.candidates.facts(id).version)).toEqual(['1']);
  });
});

it('says what to do where the host itself stands in the way', () => {
  const status = 'Package: lib\nStatus: hold ok installed\nVersion: 1\nArchitecture: amd64\n';
  const held = { kind: 'file', name: 'file:x', path: '/status', bytes: Buffer.from(status) } as const;
  const metadata = toyMetadata([['a 1', { Depends: 'lib (>= 2)' }], ['lib 2']]);
  expect(() => solveGroups(metadata, solveGroupsOf([request('a')]), [held])).toThrow(
    expect.objectContaining({
      code: 'SOLVE_UNSATISFIABLE',
      message: expect.stringContaining('lib is on hold on the host at 1'),
      hint: expect.stringContaining('apt-mark unhold'),
    }),
  );
});
