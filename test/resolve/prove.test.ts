import { describe, expect, it } from 'vitest';
import type { PackageRequest } from '../../src/config/manifest/select-request.ts';
import { type Baseline, MINIMAL_BASELINE, NO_BASELINE } from '../../src/resolve/baseline.ts';
import { prove } from '../../src/resolve/prove.ts';
import { solveGroupsOf } from '../../src/resolve/resolution.ts';
import { solveGroups } from '../../src/resolve/solve-groups.ts';
import { type ToyStanza, toyManifest, toyMetadata } from '../lab/upstreams/deb-metadata.ts';

const BASE = ['base-files 1', { Essential: 'yes' }] as const;

function request(text: string, more: Partial<PackageRequest> = {}): PackageRequest {
  return { text, origin: 'profile toy', recommends: false, optional: false, ...more };
}

/** Solves the requests over these packages and proves profile `toy` with what was chosen, but for `lost`. */
function proved(
  stanzas: readonly ToyStanza[],
  requests: readonly PackageRequest[],
  {
    baselines = [NO_BASELINE],
    lost = '',
    manifest = toyManifest(),
  }: { baselines?: readonly Baseline[]; lost?: string; manifest?: ReturnType<typeof toyManifest> } = {},
) {
  const metadata = toyMetadata(stanzas, manifest);
  const { groups } = solveGroups(metadata, solveGroupsOf(requests), [NO_BASELINE]);
  const chosen = groups.flatMap(({ candidates, closure }) =>
    closure.filter((id) => candidates.facts(id).name !== lost).map((id) => candidates.raw(id)),
  );
  return prove(metadata, chosen, [{ profile: 'toy', requests }], baselines);
}

describe('the proof', () => {
  it('counts what a host would install from the bundle alone', () => {
    const baselines = [NO_BASELINE, MINIMAL_BASELINE];
    expect(proved([BASE, ['a 1', { Depends: 'b' }], ['b 1']], [request('a')], { baselines })).toEqual([
      { profile: 'toy', baseline: 'none', packages: 3 },
      { profile: 'toy', baseline: 'minimal', packages: 2 },
    ]);
  });

  it('proves groups that cannot be together one by one, and counts what they share once', () => {
    const stanzas: readonly ToyStanza[] = [['a 1', { Depends: 'c' }], ['b 1', { Conflicts: 'a', Depends: 'c' }], ['c 1']];
    const requests = [request('a'), request('b', { separate: 'other' })];
    expect(proved(stanzas, requests)).toEqual([{ profile: 'toy', baseline: 'none', packages: 3 }]);
  });

  it('fails when a package is missing, naming profile, baseline and chain', () => {
    expect(() => proved([['a 1', { Depends: 'b' }], ['b 1']], [request('a')], { lost: 'b' })).toThrow(
      expect.objectContaining({
        code: 'PROOF_FAILED',
        message: expect.stringMatching(/profile toy.*baseline none[\s\S]*a 1 .*requires b/),
        hint: 'add the missing packages with --package',
      }),
    );
  });

  it('fails when what was asked for is not in the bundle, and says how to need nothing of the host', () => {
    const baselines = [MINIMAL_BASELINE];
    expect(() => proved([['a 1']], [request('a')], { lost: 'a', baselines })).toThrow(
      expect.objectContaining({
        code: 'PROOF_FAILED',
        message: expect.stringContaining('a is not in the bundle'),
        hint: expect.stringContaining('--baseline none'),
      }),
    );
  });

  it('does not ask a host to know our pins', () => {
    const manifest = toyManifest({ pins: [{ name: 'a', version: null, upstream: 'toy' }] });
    expect(proved([['a 1']], [request('a')], { manifest })).toHaveLength(1);
  });

  it('of no profiles is empty', () => {
    expect(prove(toyMetadata([['a 1']]), [], [], [NO_BASELINE])).toEqual([]);
  });
});
