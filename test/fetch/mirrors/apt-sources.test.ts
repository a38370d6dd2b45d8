import { describe, expect, it } from 'vitest';
import { parseAptList, parseAptProxies, parseAptSources } from '../../../src/fetch/mirrors/apt-sources.ts';

describe('what apt is configured to use', () => {
  it('is read from one-line files', () => {
    const text = [
      '# deb http://comment.example.test/debian bookworm main',
      'deb-src http://src.example.test/debian bookworm main',
      'deb [arch=amd64 signed-by=/k.gpg] http://a.example.test/debian/ bookworm main contrib',
      '  deb cdrom:[Debian]/ bookworm main',
      'deb mirror+file:/etc/list bookworm main',
      'deb file:/media/dvd trixie main',
    ].join('\n');
    expect(parseAptList(text)).toEqual([
      { uri: 'http://a.example.test/debian', suites: ['bookworm'] },
      { uri: 'file:/media/dvd', suites: ['trixie'] },
    ]);
  });

  it('is read from stanzas, with continued lines and comments', () => {
    const text =
      '# head\nTypes: deb deb-src\nURIs: http://a.example.test/debian\n http://b.example.test/debian\nSuites: bookworm\n# c\n trixie\n\n' +
      'Types: deb\nEnabled: no\nURIs: http://off.example.test/debian\nSuites: x\n\n\nTypes: deb-src\nURIs: http://s.example.test/\nSuites: x\n';
    expect(parseAptSources(text)).toEqual([
      { uri: 'http://a.example.test/debian', suites: ['bookworm', 'trixie'] },
      { uri: 'http://b.example.test/debian', suites: ['bookworm', 'trixie'] },
    ]);
  });

  it.each([
    ['Acquire::http::Proxy "http://p.example.test:3128/";', { http: 'http://p.example.test:3128/' }],
    [
      'Acquire {\n  http { Proxy "http://p.example.test"; Timeout "5"; };\n  https::Proxy "http://q.example.test";\n};',
      { http: 'http://p.example.test', https: 'http://q.example.test' },
    ],
    ['// Acquire::http::Proxy "http://p.example.test";\nAcquire::http::Proxy "DIRECT";', {}],
    ['Acquire::http::Proxy::host.example.test "http://p.example.test";', {}],
  ])('includes proxies: %s', (text, expected) => {
    expect(parseAptProxies(text)).toEqual(expected);
  });
});
