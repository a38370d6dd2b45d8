import { describe, expect, it } from 'vitest';
import { parseRelease } from '../../../src/deb/index/release.ts';
import { parseStanza } from '../../../src/deb/package/deb822.ts';
import { formatRelease, formatSources } from '../../../src/deb/write/format-release.ts';

describe('Release', () => {
  const input = {
    dateSec: 1_780_000_000,
    architectures: ['amd64'],
    description: 'Pigsty offline packages for d12',
    files: [
      { name: 'Packages', bytes: Buffer.from('Package: x\n') },
      { name: 'Packages.gz', bytes: Buffer.from('zz') },
    ],
  };

  it('is read back with date, architecture and the digest of every file', () => {
    const release = parseRelease(formatRelease(input), 'Release');
    expect(release).toMatchObject({ dateSec: input.dateSec, architectures: ['amd64'] });
    expect([...release.files.values()].map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([
      ['Packages', 11],
      ['Packages.gz', 2],
    ]);
    expect(release.files.get('Packages.gz')?.digest.hex).toBe('4a60bf7d4bc1e485744cf7e8d0860524752fca1ce42331be7c439fd23043f151');
  });

  it('says its date as apt wants it, and never that it goes stale', () => {
    const fields = parseStanza(formatRelease(input), 'Release');
    expect(fields.get('date')).toBe('Thu, 28 May 2026 20:26:40 UTC');
    expect(fields.has('valid-until')).toBe(false);
  });
});

describe('pigsty.sources', () => {
  it('trusts a repository that is not signed', () => {
    expect(formatSources({ uri: 'file:///www/pigsty', publicKeyArmored: null })).toBe(
      'X-Repolib-Name: pigsty\nEnabled: yes\nTypes: deb\nURIs: file:///www/pigsty/\nSuites: ./\nCheck-Date: no\nTrusted: yes\n',
    );
  });

  it('writes a key as a deb822 value', () => {
    const armored = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n-----END PGP PUBLIC KEY BLOCK-----\n';
    expect(formatSources({ uri: 'http://host.example.test/pigsty', publicKeyArmored: armored })).toContain(
      'Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n -----END PGP PUBLIC KEY BLOCK-----\n',
    );
  });
});
