import { describe, expect, it } from 'vitest';
import { manifestDigestInput } from '../../../src/config/manifest/manifest-digest-input.ts';
import { parseOverlay } from '../../../src/config/manifest/parse-manifest.ts';
import { type ResolveOptions, resolveManifest } from '../../../src/config/manifest/resolve-manifest.ts';
import { loadManifest } from '../load-manifests.ts';

const target = { distro: 'd12', arch: 'x86_64' } as const;
const debian = loadManifest(target, 'debian');

function inputOf(overlay = '', options: Partial<ResolveOptions> = {}, namesPackages = false): string {
  const overlays = [parseOverlay({ path: 'mine.yaml', text: `schema: 1\n${overlay}` })];
  return manifestDigestInput(resolveManifest(debian, { target, flavor: 'debian', region: 'default', overlays, ...options }), namesPackages);
}

describe('manifestDigestInput', () => {
  it('does not depend on mirrors or regions, and holds no credentials of theirs', () => {
    const office = inputOf('mirrors: { debian: { office: "http://user:secret@mirror.example.test/debian" } }', { region: 'office' });
    expect(office).toBe(inputOf('', { region: 'china' }));
    expect(office).not.toContain('secret');
  });

  it('does not depend on where everything is fetched from', () => {
    const mapped = inputOf(
      'mirrors: { "http://ftp.debian.org/": "http://user:secret@mirror.example.test/", "http://no.example.test": "file:///x" }',
    );
    expect(mapped).toBe(inputOf());
  });

  it('depends on groups that no profile has only where they can be asked for', () => {
    const change = 'groups: { mine: [mtr] }';
    expect(inputOf(change)).toBe(inputOf());
    expect(inputOf(change, {}, true)).not.toBe(inputOf('', {}, true));
  });

  it('does not depend on what only the installer reads', () => {
    expect(inputOf('components: { nginx: { absent: not here } }')).toBe(inputOf());
  });

  it.each([
    ['a group', 'groups: { pgsql-core: [postgresql-15] }'],
    ['a pin', 'pins: { nginx: "1" }'],
    ['an upstream', 'disable: [updates]'],
    ['a removal', 'remove: [telnet]'],
    ['a profile', 'profiles: { infra: { packages: [mtr] } }'],
  ])('changes with %s', (_name, change) => {
    expect(inputOf(change)).not.toBe(inputOf());
  });

  it('is JSON with sorted keys and no spaces', () => {
    const text = inputOf();
    const keys = Object.keys(JSON.parse(text) as object);
    expect(keys).toEqual([...keys].sort());
    expect(text).toBe(JSON.stringify(JSON.parse(text)));
  });
});
