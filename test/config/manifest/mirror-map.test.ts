/** The map of an overlay: what it becomes, and which entries are told to have no effect. */
import { describe, expect, it } from 'vitest';
import type { Target } from '../../../src/base/target.ts';
import { parseOverlay } from '../../../src/config/manifest/parse-manifest.ts';
import { type ResolveOptions, resolveManifest } from '../../../src/config/manifest/resolve-manifest.ts';
import { loadManifest } from '../load-manifests.ts';

const d12: Target = { distro: 'd12', arch: 'x86_64' };
const full = loadManifest(d12, 'pigsty');

const BASES = [
  'https://repo.pigsty.io/apt',
  'https://download.docker.com',
  'http://ftp.debian.org/debian',
  'http://security.debian.org/debian-security',
  'http://apt.postgresql.org/pub/repos/apt',
].join(', ');

function mapped(overlay: string, options: Partial<ResolveOptions> = {}) {
  const overlays = [parseOverlay({ path: 'mine.yaml', text: `schema: 1\n${overlay}` })];
  const { mirrorMap, notes, upstreams } = resolveManifest(full, { target: d12, flavor: 'pigsty', region: 'default', overlays, ...options });
  return { mirrorMap, notes, upstreams };
}

describe('the map', () => {
  it('has the longest beginning first, and leaves the published URLs as they are', () => {
    const { mirrorMap, notes, upstreams } = mapped(
      'mirrors: { "http://ftp.debian.org/": "http://m.test/", "http://ftp.debian.org/debian/": ["http://n.test/", "file:///srv"] }',
    );
    expect(mirrorMap).toEqual([
      { from: 'http://ftp.debian.org/debian/', to: ['http://n.test/', 'file:///srv'] },
      { from: 'http://ftp.debian.org/', to: ['http://m.test/'] },
    ]);
    expect(upstreams.find(({ name }) => name === 'base')?.urls).toEqual(['http://ftp.debian.org/debian']);
    expect(notes).toEqual([]);
  });

  it('stands beside mirrors by region', () => {
    const { mirrorMap, upstreams } = mapped('mirrors: { debian: { office: "http://o.test/" }, "http://o.test/": "http://p.test/" }', {
      region: 'office',
    });
    expect(mirrorMap).toEqual([{ from: 'http://o.test/', to: ['http://p.test/'] }]);
    expect(upstreams.find(({ name }) => name === 'base')?.urls).toEqual(['http://o.test/']);
  });
});

describe('another public name of the archive', () => {
  it.each(['http://ftp.de.debian.org/debian/', 'https://ftp.debian.org/debian'])('stands for the one our upstreams use: %s', (from) => {
    const { mirrorMap, notes } = mapped(`mirrors: { "${from}": "http://m.test/debian" }`);
    expect(mirrorMap).toContainEqual({ from: 'http://ftp.debian.org/debian', to: ['http://m.test/debian'] });
    expect(notes).toEqual([]);
  });

  it('does not outdo an entry for that very URL, nor stand for security', () => {
    const { mirrorMap } = mapped(
      'mirrors: { "http://ftp.de.debian.org/debian/": "http://a.test/", "http://ftp.debian.org/debian/": "http://b.test/" }',
    );
    expect(mirrorMap.map(({ to }) => to[0]).toSorted()).toEqual(['http://a.test/', 'http://b.test/']);
    expect(mirrorMap.every(({ from }) => !from.includes('security'))).toBe(true);
  });
});

describe('an entry', () => {
  it.each([
    ['a URL of this target', 'http://ftp.debian.org/debian/'],
    ['a part of it', 'http://ftp.debian.org/debian/dists/bookworm-updates/'],
    ['a key', 'https://www.postgresql.org/media/keys/'],
    ['another distro', 'https://dl.rockylinux.org/pub/rocky/'],
    ['a vault', 'https://dl.rockylinux.org/vault/rocky/'],
  ])('for %s is not spoken of: %s', (_, from) => {
    expect(mapped(`mirrors: { "${from}": "http://m.test/" }`).notes).toEqual([]);
  });

  it.each([
    ['http://ftp.debian.og/debian/', ' (did you mean "http://ftp.debian.org/debian"?)'],
    ['http://me:secret@nowhere.test/x/', `; those of this target begin with ${BASES}`],
  ])('for nothing is told: %s', (from, near) => {
    const { notes } = mapped(`mirrors: { "${from}": "http://m.test/" }`);
    expect(notes).toEqual([`mirrors."${from.replace('me:secret@', '***@')}" has no effect: no URL of an upstream begins so${near}`]);
  });

  it('for URLs of another region is told: everything goes past it', () => {
    expect(mapped('mirrors: { "http://ftp.debian.org/debian/": "http://m.test/" }', { region: 'china' }).notes).toHaveLength(1);
  });

  it('for what only a mirror list can name is not judged', () => {
    const list = 'upstreams: [{ name: mine, url: "http://lists.test/mirrorlist?repo=x" }]\nonly: [mine]';
    const el9: Target = { distro: 'el9', arch: 'x86_64' };
    const overlays = [parseOverlay({ path: 'o.yaml', text: `schema: 1\n${list}\nmirrors: { "http://listed.test/": "http://m.test/" }` })];
    expect(resolveManifest(loadManifest(el9, 'pigsty'), { target: el9, flavor: 'pigsty', region: 'default', overlays }).notes).toEqual([]);
  });
});

describe('what is refused', () => {
  it.each([
    [
      '"http://a.test/": { default: "http://b.test/" }',
      /mirrors\.http:\/\/a\.test\/: found .*, expected the URL that stands in its place, or a list of them/,
    ],
    ['debian: "http://b.test/"', /mirrors\.debian: found "http:\/\/b\.test\/", expected URLs by region: \{ default: …, office: … \}/],
    ['"ftp://a.test/": "http://b.test/"', /the name of a mirror, or the beginning of an URL/],
    ['"http://a.test/": "b.test"', /found "b\.test", expected an URL that starts with http/],
    ['"http://a.test/": []', /found \[\], expected at least one URL/],
  ])('%s', (entry, message) => {
    expect(() => mapped(`mirrors: { ${entry} }`)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) }),
    );
  });
});
