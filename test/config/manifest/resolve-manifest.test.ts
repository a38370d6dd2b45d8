/** What resolving refuses, and what overlays change. */
import { describe, expect, it } from 'vitest';
import { isAppError } from '../../../src/base/errors.ts';
import type { Target } from '../../../src/base/target.ts';
import { parseManifestFiles, parseOverlay } from '../../../src/config/manifest/parse-manifest.ts';
import { type ResolveOptions, resolveManifest } from '../../../src/config/manifest/resolve-manifest.ts';
import { selectRequest } from '../../../src/config/manifest/select-request.ts';
import { loadManifest, manifestText } from '../load-manifests.ts';

const d12: Target = { distro: 'd12', arch: 'x86_64' };
const debian = loadManifest(d12, 'debian');
const el9 = loadManifest({ distro: 'el9', arch: 'x86_64' }, 'pigsty');

function resolve(overlay = 'schema: 1', options: Partial<ResolveOptions> = {}) {
  const overlays = [parseOverlay({ path: 'mine.yaml', text: overlay })];
  return resolveManifest(debian, { target: d12, flavor: 'debian', region: 'default', overlays, ...options });
}

function refusal(act: () => unknown): [string, string, string | undefined] {
  try {
    act();
  } catch (error) {
    if (isAppError(error)) return [error.code, error.message, error.hint];
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('refuses', () => {
  it.each<[string, () => unknown, string, string]>([
    [
      'an unknown region',
      () => resolve('schema: 1', { region: 'chnia' }),
      'CONFIG_INVALID',
      'unknown region "chnia" (did you mean "china"?)',
    ],
    ['a minor release of Debian', () => resolve('schema: 1', { minor: '12.5' }), 'CONFIG_INVALID', 'd12 has no minor releases'],
    [
      'a minor release of another major',
      () => resolveManifest(el9, { target: { distro: 'el9', arch: 'x86_64' }, flavor: 'pigsty', region: 'default', minor: '8.6' }),
      'CONFIG_INVALID',
      'found minor release "8.6", expected 9.<number> for el9',
    ],
    [
      'a flavor the distro does not have',
      () =>
        resolveManifest(parseManifestFiles([{ path: 'distros.yaml', text: manifestText('distros.yaml') }]), {
          target: { distro: 'u24', arch: 'x86_64' },
          flavor: 'debian',
          region: 'default',
        }),
      'TARGET_UNKNOWN',
      'flavor debian does not exist for u24',
    ],
    [
      'a group nobody defined',
      () => resolve('schema: 1\nprofiles: { infra: { groups: [infra-packag] } }'),
      'CONFIG_INVALID',
      '(did you mean "infra-package"?)',
    ],
    [
      'a profile nobody defined',
      () => resolve('schema: 1\nprofiles: { infra: { includes: [nodes] } }'),
      'CONFIG_INVALID',
      '(did you mean "node"?)',
    ],
    [
      'disabling what is not there',
      () => resolve('schema: 1\ndisable: [securty]'),
      'CONFIG_INVALID',
      'mine.yaml: disable: found "securty", expected the name of an upstream of any distro (did you mean "security"?)',
    ],
    [
      'a pin to no upstream',
      () => resolve('schema: 1\npins: { nginx: { upstream: bse } }'),
      'CONFIG_INVALID',
      'pins.nginx.upstream: found "bse"',
    ],
    [
      'an unknown mirror',
      () => resolve('schema: 1\nupstreams: [{ name: x, mirror: debain, suite: ./ }]'),
      'CONFIG_INVALID',
      '(did you mean "debian"?)',
    ],
    [
      'an unknown key',
      () => resolve('schema: 1\nupstreams: [{ name: x, url: "http://h.test/", suite: ./, key: k, signed: [metadata] }]'),
      'CONFIG_INVALID',
      'found "k"',
    ],
    [
      'a signature without a key',
      () => resolve('schema: 1\nupstreams: [{ name: x, url: "http://h.test/", suite: ./, signed: [metadata] }]'),
      'CONFIG_INVALID',
      'only one of key and signed',
    ],
    [
      'an unknown placeholder',
      () => resolve('schema: 1\nupstreams: [{ name: x, url: "http://h.test/$codenam", suite: ./ }]'),
      'CONFIG_INVALID',
      'found $codenam',
    ],
    [
      'a suite without components',
      () => resolve('schema: 1\nupstreams: [{ name: x, url: "http://h.test/", suite: sid }]'),
      'CONFIG_INVALID',
      'expected at least one',
    ],
  ])('%s', (_name, act, code, text) => {
    const [actualCode, message] = refusal(act);
    expect(actualCode).toBe(code);
    expect(message).toContain(text);
  });

  it('reports every wrong reference of an overlay at once', () => {
    const [, message] = refusal(() => resolve('schema: 1\ndisable: [nope]\npins: { a: {} }\nprofiles: { x: { groups: [zzz] } }'));
    expect(message).toBe(
      [
        'the manifest for d12.x86_64, flavor debian, is not valid: 3 faults',
        'mine.yaml: disable: found "nope", expected the name of an upstream of any distro',
        'mine.yaml: profiles.x.groups: found "zzz", expected the name of a group',
        'pins.a: found nothing, expected a version or an upstream',
      ].join('\n'),
    );
  });
});

describe('an overlay', () => {
  it('adds upstreams, also local ones, and replaces one with the same name', () => {
    const manifest = resolve(`schema: 1
upstreams:
  - { name: dir, url: 'file:///srv/debs', suite: ./ }
  - { name: updates, url: 'http://mirror.example.test/$codename', suite: x, components: [main] }
`);
    const byName = new Map(manifest.upstreams.map((upstream) => [upstream.name, upstream]));
    expect([...byName.keys()]).toEqual(['base', 'updates', 'security', 'dir']);
    expect(byName.get('dir')).toMatchObject({ layout: 'flat', urls: ['file:///srv/debs'], trust: { mode: 'unsigned', pinned: false } });
    expect(byName.get('updates')?.urls).toEqual(['http://mirror.example.test/bookworm']);
  });

  it('brings a region of its own, which falls back to default elsewhere', () => {
    const manifest = resolve('schema: 1\nmirrors: { debian: { office: "http://mirror.example.test/debian" } }', { region: 'office' });
    const urls = Object.fromEntries(manifest.upstreams.map((upstream) => [upstream.name, upstream.urls]));
    expect(urls.base).toEqual(['http://mirror.example.test/debian']);
    expect(urls.security).toEqual(['http://security.debian.org/debian-security']);
  });

  it('turns on further modules and leaves upstreams out', () => {
    const names = resolve('schema: 1\nmodules: [infra]\ndisable: [docker-ce]').upstreams.map((upstream) => upstream.name);
    expect(names).toEqual(['pigsty-infra', 'base', 'updates', 'security']);
  });

  it('extends profiles, removes from them and removes everywhere', () => {
    const manifest = resolve(`schema: 1
groups: { tools: [tmux, zsh] }
profiles: { infra: { groups: [tools], packages: [mtr], remove: [certbot] } }
remove: [telnet]
pins: { nginx: '1.22.1-9', redis: { upstream: base } }
`);
    const requests = selectRequest(manifest, { profiles: ['infra', 'node'], packages: [], removals: [], pgVersion: null });
    const names = requests.map(({ text }) => text);
    expect(names).toEqual(expect.arrayContaining(['tmux', 'zsh', 'mtr', 'nginx']));
    expect(names).not.toContain('certbot');
    expect(names).not.toContain('telnet');
    expect(requests.find((request) => request.text === 'tmux')?.origin).toBe('profile infra, group tools');
    expect(manifest.pins).toEqual([
      { name: 'nginx', version: '1.22.1-9', upstream: null },
      { name: 'redis', version: null, upstream: 'base' },
    ]);
  });
});
