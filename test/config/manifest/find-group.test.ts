import { expect, it } from 'vitest';
import type { ResolvedGroup } from '../../../src/config/manifest/distro-manifest.ts';
import { findGroup } from '../../../src/config/manifest/find-group.ts';

const group = (name: string): ResolvedGroup => ({
  packages: [{ name, pg: null, optional: false }],
  pg: null,
  recommends: false,
  suggests: false,
  optional: false,
  separate: false,
});
const groups = { pgsql: group('all'), 'pgsql-core': group('core'), infra: group('infra'), 'pg17-own': group('own') };

it.each([
  ['infra', 'infra', null],
  ['pgsql-core', 'core', null],
  ['pg17-core', 'core', 17],
  ['pg14', 'all', 14],
  ['pg17-own', 'own', null],
])('findGroup knows %s', (name, first, pg) => {
  const found = findGroup(groups, name);
  expect([found?.group.packages[0]?.name, found?.pg]).toEqual([first, pg]);
});

it.each(['pg17-nothing', 'pg1-core', 'core', 'constructor', ''])('findGroup does not know "%s"', (name) => {
  expect(findGroup(groups, name)).toBeNull();
});
