/** Files and words of apt and dnf, given where an overlay is wanted. */
import { describe, expect, it } from 'vitest';
import { parseOverlay } from '../../../src/config/manifest/parse-manifest.ts';
import { foreignFile, toolWord } from '../../../src/config/manifest/tool-words.ts';

describe('a word of a tool', () => {
  it.each([
    ['baseurl', '; it is dnf’s word, and said here by "url"'],
    ['Suites', '; it is apt’s word, and said here by "suite", one for each upstream'],
    ['gpgcheck', '; it is dnf’s word, and said here by "signed: [packages]" with a "key"'],
    ['constructor', ''],
    ['nonsense', ''],
  ])('%s', (word, told) => {
    expect(toolWord(word)).toBe(told);
  });

  it('stands in the fault of an overlay', () => {
    const parse = () => parseOverlay({ path: 'o.yaml', text: 'schema: 1\nupstreams: [{ name: a, baseurl: "http://h.test/" }]\n' });
    expect(parse).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/o\.yaml:2:33: upstreams\[0\]\.baseurl: found an unknown key.*; it is dnf’s word/),
      }),
    );
  });
});

const DEB =
  "upstreams: [{ name: mine, url: 'http://h.test/debian', suite: bookworm, components: [main, contrib], key: mine, signed: [metadata] }]";
const KEYS = 'keys: { mine: { fingerprints: [FINGERPRINT], keyrings: [/path/of/key.asc], urls: [] } }';

describe('a file of a tool', () => {
  it.each([
    ['a line', 'deb http://h.test/debian bookworm main contrib # x\n', 'a line of sources.list', [DEB, KEYS]],
    [
      'a line with options',
      '# mine\ndeb [arch=amd64 signed-by=/k] http://h.test/debian bookworm main contrib',
      'a line of sources.list',
      [DEB, KEYS],
    ],
    [
      'a trusted flat line',
      'deb [trusted=yes] file:///srv/packages ./',
      'a line of sources.list',
      ["upstreams: [{ name: mine, url: 'file:///srv/packages', suite: ./, trusted: yes }]"],
    ],
    [
      'a stanza',
      'Types: deb\nURIs: http://h.test/debian\nSuites: bookworm bookworm-updates\nComponents: main contrib\n',
      'a .sources file',
      [DEB, KEYS],
    ],
    [
      'a repo',
      '[My Repo]\nname=x\nbaseurl=http://h.test/$basearch\ngpgcheck=1\n',
      'a .repo file',
      ["upstreams: [{ name: my-repo, url: 'http://h.test/$basearch', key: mine, signed: [packages] }]", KEYS],
    ],
    [
      'a mirror list',
      '[9]\nmirrorlist=https://h.test/mirrorlist?repo=x\ngpgcheck=0',
      'a .repo file',
      ["upstreams: [{ name: mine, url: 'https://h.test/mirrorlist?repo=x' }]"],
    ],
  ])('%s is told as what it would be here', (_, text, what, lines) => {
    expect(foreignFile(text)).toBe([`found ${what}; an overlay says it as`, 'schema: 1', ...lines].join('\n  '));
  });

  it.each(['schema: 1\n', '', 'debian: x\n', '[a, b]\n', 'URIs: x\n'])('%j is none', (text) => {
    expect(foreignFile(text)).toBeNull();
  });

  it('is an overlay once the key and the fingerprint are there', () => {
    const told = foreignFile('deb http://h.test/debian bookworm main contrib') ?? '';
    const text = told.split('\n').slice(1).join('\n').replace('FINGERPRINT', '0123456789ABCDEF0123456789ABCDEF01234567');
    expect(parseOverlay({ path: 'o.yaml', text }).value.upstreams?.[0]).toMatchObject({
      name: 'mine',
      suite: 'bookworm',
      signed: ['metadata'],
    });
  });

  it('given as an overlay is refused so, and an overlay that speaks of one is not', () => {
    const parse = (text: string) => parseOverlay({ path: 'my.list', text });
    expect(() => parse('deb http://h.test/debian bookworm main\n')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('my.list: found a line of sources.list') }),
    );
    expect(parse('schema: 1\n# deb http://h.test/debian bookworm main\n').value).toEqual({ schema: 1 });
  });
});
