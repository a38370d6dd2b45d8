import { expect, it } from 'vitest';
import { ARCHES, DISTROS } from '../../../src/base/target.ts';
import { listDistros } from '../../../src/config/manifest/list-distros.ts';
import { LISTING_FILES } from '../../../src/config/manifest/manifest-files.ts';
import { parseManifestFiles } from '../../../src/config/manifest/parse-manifest.ts';
import { manifestText } from '../load-manifests.ts';

const listing = listDistros(parseManifestFiles(LISTING_FILES.map((path) => ({ path, text: manifestText(path) }))));

it('lists every distro in order, for every CPU', () => {
  expect(listing.map((entry) => entry.code)).toEqual([...DISTROS]);
  expect(listing.filter((entry) => entry.arches.join() !== ARCHES.join())).toEqual([]);
});

it('lists the flavors of a distro with their profiles, one for each PostgreSQL they have', () => {
  const d12 = listing.find((entry) => entry.code === 'd12');
  expect(d12).toMatchObject({ family: 'deb', codename: 'bookworm', status: 'supported' });
  expect(d12?.flavors.map((f) => [f.flavor, f.profiles.join(' ')])).toEqual([
    ['pigsty', 'infra node pgsql-14 pgsql-15 pgsql-16 pgsql-17 pgsql-18 full'],
    ['debian', 'infra node pgsql-15 full'],
  ]);
});

it('leaves out flavors that do not exist for a distro, and profiles that do not exist for it', () => {
  const text = `schema: 1
postgres: { versions: [17], default: 17 }
distros: { el9: { os: E, major: 9, codename: nine, status: legacy }, d12: { os: D, major: 12, codename: x, status: supported } }
flavors: { pigsty: { description: p, modules: [m], on: [el9] } }
profiles: { a: { description: a }, b: { description: b, on: [d12] }, 'c-$v': { description: c } }
`;
  expect(listDistros(parseManifestFiles([{ path: 'm.yaml', text }]))).toMatchObject([
    { code: 'el9', status: 'legacy', flavors: [{ flavor: 'pigsty', profiles: ['a', 'c-17'], pgDefault: 17 }] },
    { code: 'd12', flavors: [] },
  ]);
});
