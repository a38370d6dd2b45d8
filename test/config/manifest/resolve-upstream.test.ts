import { describe, expect, it } from 'vitest';
import { Faults } from '../../../src/config/faults.ts';
import type { UpstreamEntry } from '../../../src/config/manifest/manifest-file.ts';
import { resolveUpstream, type UpstreamContext } from '../../../src/config/manifest/resolve-upstream.ts';

const FINGERPRINT = 'A'.repeat(40);
const base: Omit<UpstreamContext, 'faults'> = {
  target: { distro: 'el9', arch: 'aarch64' },
  distro: { os: 'EL 9', major: 9, minor: '9.6', codename: 'nine', status: 'supported' },
  region: 'china',
  minor: null,
  mirrors: { m: { default: 'http://a.test/', china: ['http://b.test/x', 'http://c.test'] }, one: { default: 'http://a.test' } },
  keys: { k: { fingerprints: [FINGERPRINT], keyrings: ['/k.gpg'], urls: ['http://k.test/'] } },
};

function resolve(entry: Partial<UpstreamEntry>, context: Partial<UpstreamContext> = {}, pg: number | null = null) {
  const faults = new Faults();
  const upstream = resolveUpstream({ name: 'u', ...entry }, 'f.yaml: upstreams.u', pg, { ...base, ...context, faults });
  return { upstream, faults: faults.lines };
}
const debian = {
  target: { distro: 'd12', arch: 'x86_64' },
  distro: { os: 'Debian', major: 12, codename: 'bookworm', status: 'supported' },
} as const;

describe('where an upstream is', () => {
  it('are the mirrors of the region, in their order, with its path', () => {
    expect(resolve({ mirror: 'm', path: 'el/$major/$basearch' }).upstream.urls).toEqual([
      'http://b.test/x/el/9/aarch64',
      'http://c.test/el/9/aarch64',
    ]);
  });

  it('is the default mirror where the region has none', () => {
    expect(resolve({ mirror: 'one', path: 'x' }).upstream.urls).toEqual(['http://a.test/x']);
    expect(resolve({ url: 'http://h.test/$codename' }, debian).upstream.urls).toEqual(['http://h.test/bookworm']);
  });

  it('has the PostgreSQL it belongs to in name and path', () => {
    const { upstream } = resolve({ name: 'pgdg$v', description: 'PostgreSQL $v', url: 'http://h.test/$v' }, {}, 17);
    expect(upstream).toMatchObject({ name: 'pgdg17', description: 'PostgreSQL 17', urls: ['http://h.test/17'] });
  });

  it.each([
    ['neither mirror nor url', {}, 'f.yaml: upstreams.u: found neither mirror nor url, expected one of them'],
    ['both mirror and url', { mirror: 'm', url: 'http://h.test/' }, 'f.yaml: upstreams.u: found both mirror and url, expected one of them'],
    ['an unknown mirror', { mirror: 'on' }, 'f.yaml: upstreams.u.mirror: found "on", expected one of m, one (did you mean "one"?)'],
    [
      'no URL for the region',
      { url: { europe: 'http://h.test/' } },
      'f.yaml: upstreams.u: found no URL for region china, expected one, or one for region default',
    ],
  ])('is a fault with %s', (_, entry, fault) => {
    expect(resolve(entry).faults).toEqual([fault]);
  });
});

describe('the release number', () => {
  const path = { url: 'http://h.test', path: '$releasever' };
  it.each([
    ['the major release', { ...path }, null, '9', null],
    ['the minor release where the vault has it', { ...path, vault: 'http://v.test' }, '9.4', '9.4', '9.4'],
    ['the major release where nothing keeps old minors', { ...path }, '9.4', '9', null],
    ['EPEL', { ...path, releasever: 'epel' as const }, '9.4', '9', null],
    ['PGDG, from 9.6 on', { ...path, releasever: 'pgdg' as const }, '9.6', '9.6', '9.6'],
    ['PGDG, before', { ...path, releasever: 'pgdg' as const }, '9.4', '9', null],
    ['PGDG, of the newest', { ...path, releasever: 'pgdg' as const }, null, '9.6', '9.6'],
  ])('is %s', (_, entry, minor, release, expected) => {
    const { upstream } = resolve(entry, { minor });
    expect(upstream.urls.at(-1)).toBe(`http://h.test/${release}`);
    expect(upstream.minor).toBe(expected);
  });

  it('of EPEL 10 is that of its newest minor', () => {
    expect(resolve({ ...path, releasever: 'epel' }, { distro: { ...base.distro, major: 10 } }).upstream.urls).toEqual([
      'http://h.test/10z',
    ]);
  });

  it('asks the vault first for an old minor', () => {
    expect(resolve({ ...path, vault: 'http://v.test' }, { minor: '9.4' }).upstream.urls).toEqual([
      'http://v.test/9.4',
      'http://h.test/9.4',
    ]);
  });
});

describe('the layout', () => {
  it.each([
    ['a suite', { suite: '$codename', components: ['main'] }, 'suite', 'bookworm'],
    ['a flat repository', { suite: './' }, 'flat', './'],
  ])('of DEB is %s', (_, entry, layout, suite) => {
    const { upstream, faults } = resolve({ url: 'http://h.test/', ...entry }, debian);
    expect([upstream.layout, upstream.suite, faults]).toEqual([layout, suite, []]);
  });

  it.each([
    ['no suite', {}, 'expected a suite'],
    ['no components of a suite', { suite: 'x' }, 'expected at least one'],
    ['components of a flat repository', { suite: './', components: ['main'] }, 'expected none'],
  ])('of DEB is a fault with %s', (_, entry, part) => {
    expect(resolve({ url: 'http://h.test/', ...entry }, debian).faults).toEqual([expect.stringContaining(part)]);
  });

  it('of RPM has neither suite nor components', () => {
    expect(resolve({ url: 'http://h.test/' }).upstream).toMatchObject({ family: 'rpm', layout: 'rpm', suite: '', components: [] });
    expect(resolve({ url: 'http://h.test/', suite: 'x' }).faults).toEqual([expect.stringContaining('expected neither')]);
  });
});

describe('trust', () => {
  const url = 'http://h.test/';
  it.each([
    [['metadata' as const], 'signed-metadata', false],
    [['packages' as const], 'signed-packages', true],
    [['metadata' as const, 'packages' as const], 'signed-metadata', true],
  ])('with signed %j is %s', (signed, mode, packagesSigned) => {
    expect(resolve({ url, key: 'k', signed }).upstream.trust).toEqual({
      mode,
      packagesSigned,
      fingerprints: [FINGERPRINT],
      pinned: true,
      keyrings: ['/k.gpg'],
      keyUrls: ['http://k.test/'],
    });
  });

  it('is none without a key, and says so', () => {
    expect(resolve({ url }).upstream.trust).toMatchObject({ mode: 'unsigned', pinned: false, fingerprints: [] });
  });

  it.each([
    ['a key nobody defined', { key: 'kk', signed: ['metadata' as const] }, 'found "kk", expected one of the keys (did you mean "k"?)'],
    ['a key and nothing signed', { key: 'k' }, 'only one of key and signed'],
    ['a signature without a key', { signed: ['metadata' as const] }, 'only one of key and signed'],
  ])('is a fault with %s', (_, entry, part) => {
    expect(resolve({ url, ...entry }).faults).toEqual([expect.stringContaining(part)]);
  });
});

it('a placeholder nobody knows is a fault', () => {
  expect(resolve({ url: 'http://h.test/$majr' }).faults).toEqual([
    'f.yaml: upstreams.u: found $majr, expected one of $releasever $basearch $major $codename $vendor',
  ]);
});

describe('trusted: yes', () => {
  const url = 'file:///srv/packages';
  it.each([
    ['yes' as const, 'trusted'],
    [true, 'trusted'],
    ['no' as const, 'unsigned'],
    [false, 'unsigned'],
  ])('%s makes a DEB upstream %s', (trusted, mode) => {
    const { upstream, faults } = resolve({ url, suite: './', trusted }, debian);
    expect([upstream.trust.mode, faults]).toEqual([mode, []]);
  });

  it('is a fault beside a key, and for RPM', () => {
    expect(resolve({ url, suite: './', trusted: true, key: 'k', signed: ['metadata'] }, debian).faults).toEqual([
      'f.yaml: upstreams.u: found both key and trusted, expected one of them',
    ]);
    expect(resolve({ url, trusted: true }).faults).toEqual([
      'f.yaml: upstreams.u.trusted: found it for an RPM repository, expected it for a DEB one only',
    ]);
  });
});
