/** Which upstreams a target has after `disable`, `only` and `--only-upstream`, and what of this is refused or told. */
import { describe, expect, it } from 'vitest';
import type { Flavor, Target } from '../../../src/base/target.ts';
import { parseOverlay } from '../../../src/config/manifest/parse-manifest.ts';
import { type ResolveOptions, resolveManifest } from '../../../src/config/manifest/resolve-manifest.ts';
import { loadManifest } from '../load-manifests.ts';

const d12: Target = { distro: 'd12', arch: 'x86_64' };
const el9: Target = { distro: 'el9', arch: 'x86_64' };

function select(target: Target, overlays: readonly string[], options: Partial<ResolveOptions> = {}) {
  const flavor: Flavor = options.flavor ?? 'pigsty';
  const parsed = overlays.map((text, at) => parseOverlay({ path: `o${at + 1}.yaml`, text: `schema: 1\n${text}` }));
  const manifest = resolveManifest(loadManifest(target, flavor), { target, flavor, region: 'default', overlays: parsed, ...options });
  return { names: manifest.upstreams.map(({ name }) => name), notes: manifest.notes };
}

const MINE_DEB = '{ name: mine, on: [d12], url: "http://mine.test/deb", suite: x, components: [main] }';
const MINE_RPM = '{ name: mine, on: [el9], url: "http://mine.test/rpm" }';

describe('one overlay for several distros', () => {
  const overlay = 'disable: [security, baseos, pgdg17, docker-ce, mongo]';

  it('switches off what each has of the names', () => {
    const [deb, rpm] = [select(d12, [overlay]), select(el9, [overlay])];
    expect(deb.names).toContain('updates');
    expect(deb.names).not.toContain('security');
    expect(rpm.names).toEqual(expect.arrayContaining(['appstream', 'pgdg16']));
    for (const name of ['baseos', 'pgdg17', 'docker-ce']) expect(rpm.names).not.toContain(name);
    expect([...deb.notes, ...rpm.notes]).toEqual([]);
  });

  it('may name what only another flavor has', () => {
    expect(select(d12, ['disable: [pgdg, baseos]'], { flavor: 'debian' }).names).toEqual(['base', 'updates', 'security']);
  });

  it('leaves only its own on', () => {
    const mine = `only: [mine]\nupstreams: [${MINE_DEB}, ${MINE_RPM}]`;
    expect([select(d12, [mine]).names, select(el9, [mine]).names]).toEqual([['mine'], ['mine']]);
  });
});

describe('only', () => {
  it('of the last overlay counts, and --only-upstream counts more', () => {
    const overlays = ['only: [base, updates]', 'only: [security]'];
    expect(select(d12, overlays)).toEqual({
      names: ['security'],
      notes: ['only of o2.yaml replaces that of o1.yaml: the later --manifest wins'],
    });
    expect(select(d12, overlays, { onlyUpstreams: ['base', 'pgdg'] }).names).toEqual(['base', 'pgdg']);
  });

  it('takes an upstream of a module that is off', () => {
    expect(select(d12, [], { onlyUpstreams: ['mongo'] }).names).toEqual(['mongo']);
    expect(select(el9, ['only: [pgdg16-nonfree]']).names).toEqual(['pgdg16-nonfree']);
  });

  it('leaves none where only another distro has the name', () => {
    expect(select(d12, ['only: [baseos]']).names).toEqual([]);
  });
});

describe('what is refused', () => {
  it.each<[string, readonly string[], readonly string[], string]>([
    [
      'a name no distro has',
      ['disable: [securty]'],
      [],
      'o1.yaml: disable: found "securty", expected the name of an upstream of any distro (did you mean "security"?)',
    ],
    [
      'also in only',
      ['only: [base, epell]'],
      [],
      'o1.yaml: only: found "epell", expected the name of an upstream of any distro (did you mean "epel"?)',
    ],
    [
      'also on the command line',
      [],
      ['bse'],
      '--only-upstream: found "bse", expected the name of an upstream of any distro (did you mean "base"?)',
    ],
    [
      'the only one, switched off',
      ['disable: [base]', 'only: [base]'],
      [],
      'o2.yaml: only: found "base", expected an upstream that "disable" of o1.yaml leaves on',
    ],
    [
      'switched off, on the command line',
      ['disable: [base]'],
      ['base'],
      '--only-upstream: found "base", expected an upstream that "disable" of o1.yaml leaves on',
    ],
    [
      'two of one name in one file',
      [`upstreams: [${MINE_DEB}, ${MINE_DEB}]`],
      [],
      'o1.yaml: upstreams: found a second upstream "mine" for this target, expected unique names (the first is in o1.yaml: upstreams)',
    ],
  ])('%s', (_, overlays, onlyUpstreams, line) => {
    expect(() => select(d12, overlays, { onlyUpstreams })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', details: { faults: [line] } }),
    );
  });
});

describe('two overlays', () => {
  it('with one name: the later wins, and it is told', () => {
    const other = MINE_DEB.replace('mine.test', 'other.test');
    expect(select(d12, [`upstreams: [${MINE_DEB}]`, `upstreams: [${other}, ${MINE_RPM}]`]).notes).toEqual([
      'upstream mine of o2.yaml: upstreams replaces that of o1.yaml: upstreams: the later --manifest wins',
    ]);
  });

  it('tell of keys, groups, components, pins and mirrors the same way, but not of profiles, which add up', () => {
    const overlay = [
      'keys: { k: { fingerprints: [0123456789ABCDEF0123456789ABCDEF01234567], keyrings: [], urls: [] } }',
      'groups: { g: [mtr] }',
      'components: { c: { absent: x } }',
      'pins: { nginx: "1" }',
      'mirrors: { "http://ftp.debian.org/": "http://m.test/", debian: { office: "http://o.test/" } }',
      'profiles: { infra: { packages: [mtr] } }',
    ].join('\n');
    const other = overlay
      .replace('89ABCDEF01234567]', '89ABCDEF01234568]')
      .replace('[mtr]', '[tmux]')
      .replace('absent: x', 'absent: y')
      .replace('"1"', '"2"')
      .replace('m.test', 'n.test');
    const { notes } = select(d12, [overlay, other]);
    const what = notes.map((note) => note.replace(/ of o2\.yaml replaces that of o1\.yaml: the later --manifest wins$/, ''));
    expect(what).toEqual(['keys.k', 'groups.g', 'components.c', 'pins.nginx', 'mirrors."http://ftp.debian.org/"']);
  });

  it('that say the same contradict nothing', () => {
    const twice = parseOverlay({ path: 'o.yaml', text: `schema: 1\ngroups: { g: [mtr] }\nonly: [base]` });
    expect(select(d12, [], { overlays: [twice, twice] })).toEqual({ names: ['base'], notes: [] });
  });
});

describe('a pin', () => {
  it('counts where its `on` says', () => {
    const overlay = parseOverlay({
      path: 'o.yaml',
      text: 'schema: 1\npins: { nginx: { version: "1", on: [d12] }, redis: { upstream: nowhere, on: [el9] } }',
    });
    const { pins } = resolveManifest(loadManifest(d12, 'debian'), {
      target: d12,
      flavor: 'debian',
      region: 'default',
      overlays: [overlay],
    });
    expect(pins).toEqual([{ name: 'nginx', version: '1', upstream: null }]);
  });

  it('to an upstream that only other distros have has no effect, and it is told', () => {
    const { notes } = select(d12, ['pins: { redis: { upstream: appstream } }']);
    expect(notes).toEqual(['pins.redis has no effect: this target does not take packages from appstream']);
  });
});
