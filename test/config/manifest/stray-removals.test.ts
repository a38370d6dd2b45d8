import { expect, it } from 'vitest';
import type { ResolvedGroup, ResolvedProfile } from '../../../src/config/manifest/distro-manifest.ts';
import { parseOverlay } from '../../../src/config/manifest/parse-manifest.ts';
import { resolveManifest } from '../../../src/config/manifest/resolve-manifest.ts';
import { strayRemovals } from '../../../src/config/manifest/stray-removals.ts';
import { loadManifest } from '../load-manifests.ts';

const group = (...names: readonly string[]): ResolvedGroup => ({
  packages: names.map((name) => ({ name, pg: null, optional: false })),
  pg: null, recommends: false, suggests: false, optional: false, separate: false,
}); // biome-ignore format: what no case looks at
const profile = (removals: readonly string[]): ResolvedProfile => ({
  description: '',
  groups: ['g'],
  packages: ['extra-tool'],
  includes: [],
  pg: null,
  removals,
});

const GROUPS = { g: group('grafana', 'postgresql-$v', 'mtr') };

it.each<[string, readonly string[], readonly string[]]>([
  ['what is asked for', ['grafana', 'postgresql-17', 'extra-tool'], []],
  ['what another distro asks for', ['prometheus', 'ftp'], []],
  ['a mistyped name', ['grafna'], ['remove: nothing asks for "grafna" (did you mean "grafana"?)']],
  ['a major there is not', ['postgresql-19'], ['remove: nothing asks for "postgresql-19" (did you mean "postgresql-16"?)']],
])('of %s', (_, names, told) => {
  expect(strayRemovals(names, GROUPS, { p: profile([]) }, [16, 17])).toEqual(told);
  expect(strayRemovals([], GROUPS, { p: profile(names), q: profile(names) }, [16, 17])).toEqual(told);
});

it('is in the notes of a manifest', () => {
  const target = { distro: 'd12', arch: 'x86_64' } as const;
  const overlays = [parseOverlay({ path: 'o.yaml', text: 'schema: 1\nremove: [certbto]' })];
  const { notes } = resolveManifest(loadManifest(target, 'debian'), { target, flavor: 'debian', region: 'default', overlays });
  expect(notes).toEqual(['remove: nothing asks for "certbto" (did you mean "certbot"?)']);
});
