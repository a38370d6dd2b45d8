import { describe, expect, it } from 'vitest';
import { type Modules, parseModules } from '../../../src/rpm/modules/modulemd.ts';

const parse = (text: string): Promise<Modules> => parseModules(Buffer.from(text), { source: 'modules.yaml' });

const STREAM = `---
document: modulemd
version: 2
data:
  name: nginx
  stream: "1.20"
  version: 9010020220101
  context: 9edba152
  arch: x86_64
  summary: nginx webserver
  description: >-
    A text which says
      name: other
    and more.
  license:
    module:
    - MIT
  dependencies:
  - buildrequires:
      platform: [el9.1.0]
    requires:
      platform: [el9]
      perl: []
  - requires:
      platform: [el8]
  profiles:
    common:
      rpms:
      - nginx
  artifacts:
    rpms:
    - nginx-1:1.20.1-1.module_el9+1+2.x86_64
    - nginx-filesystem-1:1.20.1-1.module_el9+1+2.noarch
...
`;

const EXPECTED = {
  name: 'nginx',
  stream: '1.20',
  version: '9010020220101',
  context: '9edba152',
  arch: 'x86_64',
  requires: [
    new Map([
      ['platform', ['el9']],
      ['perl', []],
    ]),
    new Map([['platform', ['el8']]]),
  ],
  artifacts: ['nginx-1:1.20.1-1.module_el9+1+2.x86_64', 'nginx-filesystem-1:1.20.1-1.module_el9+1+2.noarch'],
};

describe('modules.yaml', () => {
  it('gives streams and defaults, and passes over the rest', async () => {
    const defaults =
      '---\ndocument: modulemd-defaults\nversion: 1\ndata:\n  module: nginx\n  stream: "1.20"\n  profiles:\n    "1.20": [common]\n...\n';
    const none = '---\ndocument: modulemd-defaults\nversion: 1\ndata:\n  module: php\n...\n';
    const obsoletes = '---\ndocument: modulemd-obsoletes\nversion: 1\ndata:\n  module: nginx\n  stream: "1.18"\n...\n';
    const modules = await parse(STREAM + defaults + none + obsoletes);
    expect(modules.streams).toEqual([EXPECTED]);
    expect(modules.defaults).toEqual([
      { module: 'nginx', stream: '1.20', modified: 0 },
      { module: 'php', stream: null, modified: 0 },
    ]);
  });

  it('reads a stream that looks like a number as the text it is', async () => {
    const { streams } = await parse(STREAM.replace('"1.20"', '1.20'));
    expect(streams[0]?.stream).toBe('1.20');
  });

  it.each([
    ['quoted artifacts', STREAM.replace(/- (nginx-1:.*)/, "- '$1'")],
    [
      'artifacts in flow style',
      STREAM.replace(/artifacts:[\s\S]*\.\.\.\n/, `artifacts: {rpms: [${EXPECTED.artifacts.map((a) => `"${a}"`).join(', ')}]}\n`),
    ],
    ['a comment among the artifacts', STREAM.replace('    rpms:\n    - nginx-1', '    # text\n    rpms:\n    - nginx-1')],
    ['an rpm-map after them', STREAM.replace('...\n', '    rpm-map:\n      sha256: {}\n')],
    ['another indentation', STREAM.replace(/^ {2}/gm, '    ')],
    ['Windows line ends', STREAM.replaceAll('\n', '\r\n')],
    [
      'an anchor in a part that is cut away',
      STREAM.replace('summary: nginx webserver', 'summary: &n nginx')
        .replace('  name: nginx\n', '')
        .replace('  license:', '  name: *n\n  license:'),
    ],
  ])('reads the same with %s', async (_what, text) => {
    expect((await parse(text)).streams).toEqual([EXPECTED]);
  });

  it('reads version 1, where a module has one stream', async () => {
    const text =
      'document: modulemd\nversion: 1\ndata:\n  name: a\n  stream: s\n  version: 1\n  dependencies:\n    requires:\n      platform: f28\n';
    expect((await parse(text)).streams[0]?.requires).toEqual([new Map([['platform', ['f28']]])]);
  });

  it.each([
    ['no YAML', '---\ndata: [\n', /document 1 is no YAML/],
    ['what follows the mark of a document', `${STREAM}--- [\n`, /document 2 is no YAML/],
    [
      'too many aliases',
      `---\ndata: {a: &a [${'x,'.repeat(50)}], b: &b [${'*a,'.repeat(50)}], c: [${'*b,'.repeat(50)}]}\ndocument: modulemd\n`,
      /alias/,
    ],
  ])('refuses %s', async (_what, text, message) => {
    await expect(parse(text)).rejects.toMatchObject({ code: 'INDEX_INVALID', message: expect.stringMatching(message) });
  });

  it('refuses what is not UTF-8', async () => {
    const bytes = Buffer.from(STREAM, 'latin1');
    bytes[20] = 0xff;
    await expect(parseModules(bytes, { source: 'm' })).rejects.toMatchObject({ code: 'INDEX_INVALID', message: 'm is not UTF-8' });
  });

  const OTHER = STREAM.replaceAll('nginx', 'other');
  it.each([
    ['a text instead of a document', '--- modulemd\n', /is no map/],
    ['a document of an unknown kind', STREAM.replace('document: modulemd', 'document: modulemc'), /modulemc, which is no known kind/],
    ['a document without a kind', STREAM.replace('document: modulemd\n', ''), /does not say what kind/],
    ['a format of the future', STREAM.replace('version: 2', 'version: 4'), /format version "4"; known: 1, 2/],
    ['a stream whose version is a word', STREAM.replace('9010020220101', 'new'), /nginx:1.20.*version "new"/],
    ['a default without module', '---\ndocument: modulemd-defaults\nversion: 1\ndata:\n  stream: x\n', /names no module/],
    ['a stream without data', '---\ndocument: modulemd\nversion: 2\ndata: nothing\n', /data that is no map/],
    ['an artifact that is a map', STREAM.replace('nginx-1:1.20.1', 'nginx-1: 1.20.1'), /artifacts that is no list of texts/],
    [
      'dependencies that are a text',
      STREAM.replace(/ {2}dependencies:[\s\S]*(?= {2}profiles)/, '  dependencies: none\n'),
      /dependencies that are no map/,
    ],
  ])('%s costs itself, and is told', async (_what, text, fault) => {
    const { streams, defaults, faults } = await parse(text + OTHER);
    expect([streams.map(({ name }) => name), defaults]).toEqual([['other'], []]);
    expect(faults).toEqual([expect.stringMatching(/^document 1 is left out: it /)]);
    expect(faults[0]).toMatch(fault);
  });

  it('takes the last of several values, and of several defaults of a module', async () => {
    const twice = STREAM.replace('...\n', '    rpms:\n    - other-0:1-1.noarch\n');
    const byDefault = (stream: string) => `---\ndocument: modulemd-defaults\nversion: 1\ndata:\n  module: nginx\n  stream: ${stream}\n`;
    const { streams, defaults } = await parse(twice + byDefault('a') + byDefault('b'));
    expect(streams[0]?.artifacts).toEqual(['other-0:1-1.noarch']);
    expect(defaults).toEqual([{ module: 'nginx', stream: 'b', modified: 0 }]);
  });

  it.each([
    ['artifacts:', '"artifacts":'],
    ['artifacts:', 'artifacts :'],
    ['data:', 'data :'],
    ['data:', '"data":'],
  ])('misses nothing where %s is written %s', async (plain, written) => {
    expect((await parse(STREAM.replace(plain, written))).streams).toEqual([EXPECTED]);
  });

  it('passes over comments and directives between documents', async () => {
    const { streams } = await parse(`%YAML 1.2\n${STREAM}# the end\n--- # nothing more\n...\n`);
    expect(streams).toEqual([EXPECTED]);
  });
});
