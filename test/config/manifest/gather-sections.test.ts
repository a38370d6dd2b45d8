import { describe, expect, it } from 'vitest';
import { Faults } from '../../../src/config/faults.ts';
import { gatherSections } from '../../../src/config/manifest/gather-sections.ts';
import { parseManifestFiles, parseOverlay } from '../../../src/config/manifest/parse-manifest.ts';

function gather(files: readonly string[], overlays: readonly string[] = []) {
  const faults = new Faults();
  const manifest = parseManifestFiles(files.map((text, i) => ({ path: `f${i + 1}.yaml`, text: `schema: 1\n${text}` })));
  const sections = gatherSections(
    manifest,
    {
      target: { distro: 'd12', arch: 'x86_64' },
      flavor: 'debian',
      region: 'default',
      overlays: overlays.map((text, i) => parseOverlay({ path: `o${i + 1}.yaml`, text: `schema: 1\n${text}` })),
    },
    faults,
  );
  return { sections, faults: faults.lines };
}

describe('the files of the manifest', () => {
  it.each([
    ['its family', 'for: { family: deb }', true],
    ['another family', 'for: { family: rpm }', false],
    ['its flavor', 'for: { flavor: debian }', true],
    ['another flavor', 'for: { flavor: pigsty }', false],
    ['both', 'for: { family: deb, flavor: debian }', true],
    ['everything', '', true],
  ])('apply when they are for %s: %s', (_, scope, applies) => {
    expect(Object.keys(gather([`${scope}\ngroups: { a: nginx }`]).sections.groups)).toEqual(applies ? ['a'] : []);
  });

  it('are put together, each entry with its source', () => {
    const { sections, faults } = gather([
      'groups: { a: nginx }\nregions: [china]',
      'groups: { b: mtr }\nupstreams: [{ name: u, url: "http://h.test/" }]',
    ]);
    expect(sections.groups.b).toEqual({ value: 'mtr', source: 'f2.yaml: groups.b', user: false });
    expect(sections.upstreams).toMatchObject([{ source: 'f2.yaml: upstreams', user: false }]);
    expect([...sections.regions]).toEqual(['default', 'china']);
    expect(faults).toEqual([]);
  });

  it.each([
    'groups: { a: nginx }',
    'profiles: { a: { description: x } }',
    'mirrors: { a: { default: "http://h.test/" } }',
    'components: { a: { absent: x } }',
  ])('may not define a name twice: %s', (text) => {
    const section = text.split(':')[0];
    expect(gather([text, text]).faults).toEqual([`f2.yaml: ${section}.a: found a second definition, expected one`]);
  });

  it('give no name that every object of JavaScript has', () => {
    expect('constructor' in gather([]).sections.groups).toBe(false);
  });
});

describe('an overlay', () => {
  it('replaces groups and components without a fault', () => {
    const { sections, faults } = gather(['groups: { a: nginx }'], ['groups: { a: mtr }', 'components: { c: { absent: gone } }']);
    expect(sections.groups.a).toEqual({ value: 'mtr', source: 'o1.yaml: groups.a', user: true });
    expect(sections.components.c).toMatchObject({ source: 'o2.yaml: components.c', user: true });
    expect(faults).toEqual([]);
  });

  it('extends profiles, keeping the description', () => {
    const { sections } = gather(
      ['profiles: { a: { description: first, groups: [x], packages: [p] } }'],
      ['profiles: { a: { groups: [y], remove: [q] }, b: {} }'],
    );
    expect(sections.profiles.a?.value).toMatchObject({ description: 'first', groups: ['x', 'y'], packages: ['p'], remove: ['q'] });
    expect(sections.profiles.b?.value.description).toBe('defined by the overlay');
  });

  it('adds URLs to a mirror, and with them regions', () => {
    const { sections } = gather(['mirrors: { m: { default: "http://a.test/" } }'], ['mirrors: { m: { office: "http://b.test/" } }']);
    expect(sections.mirrors.m).toEqual({ default: 'http://a.test/', office: 'http://b.test/' });
    expect(sections.regions.has('office')).toBe(true);
  });

  it('adds upstreams of its own, modules, pins, and names to leave out', () => {
    const { sections } = gather(
      [],
      ['upstreams: [{ name: u, url: { home: "http://h.test/" } }]\nmodules: [infra]\ndisable: [d]\nremove: [r]\npins: { p: "1" }'],
    );
    expect(sections.upstreams).toMatchObject([{ source: 'o1.yaml: upstreams', user: true }]);
    expect([sections.modules, sections.disable.keys(), sections.remove].map((names) => [...names])).toEqual([['infra'], ['d'], ['r']]);
    expect({ ...sections.pins }).toEqual({ p: '1' });
    expect(sections.regions.has('home')).toBe(true);
  });
});
