import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { trimModuleDocument } from '../../../src/rpm/modules/trim-modulemd.ts';

const DOCUMENT = `document: modulemd
version: 2
data:
  name: nginx
  stream: "1.24"
  version: 90
  context: c
  arch: x86_64
  summary: A web server
  description: >-
    Long text
    name: not a key
  dependencies:
  - buildrequires:
      platform: [el9]
    requires:
      platform: [el9]
  components:
    rpms:
      nginx:
        rationale: it
  artifacts:
    rpms:
    - nginx-1:1.24-1.el9.src
    - nginx-1:1.24-1.el9.x86_64
`;

describe('a usual document', () => {
  it('keeps what decides, and its artifacts are read without YAML', () => {
    const trimmed = trimModuleDocument(DOCUMENT);
    expect(trimmed?.artifacts).toEqual(['nginx-1:1.24-1.el9.src', 'nginx-1:1.24-1.el9.x86_64']);
    expect(parse(trimmed?.text ?? '')).toMatchObject({ document: 'modulemd', data: { name: 'nginx', stream: '1.24', dependencies: [{}] } });
    expect(trimmed?.text).not.toMatch(/components|description|artifacts/);
  });

  it.each([
    ['a comment', '    - nginx-1:1.24-1.el9.src\n', '    # a comment\n'],
    ['a quoted artifact', '- nginx-1:1.24-1.el9.src', '- "nginx-1:1.24-1.el9.src"'],
    ['an anchor', '- nginx-1:1.24-1.el9.src', '- &a nginx-1:1.24-1.el9.src'],
    ['an artifact that goes on in the next line', '- nginx-1:1.24-1.el9.src\n', '- nginx-1:1.24\n      -1.el9.src\n'],
  ])('with %s among the artifacts leaves them to YAML', (_what, from, to) => {
    const trimmed = trimModuleDocument(DOCUMENT.replace(from, to));
    expect(trimmed?.artifacts).toBeNull();
    expect(trimmed?.text).toContain('artifacts:');
  });
});

describe('a document of another layout is parsed whole', () => {
  it.each([
    ['a quoted key', DOCUMENT.replace('  name: nginx', '  "name": nginx')],
    ['a key twice', `${DOCUMENT}  name: other\n`],
    ['data on one line', 'document: modulemd\ndata: {name: nginx}\n'],
    ['a tab', DOCUMENT.replace('  name: nginx', '\tname: nginx')],
    ['another indentation', DOCUMENT.replaceAll('\n  ', '\n   ')],
    ['no artifacts', DOCUMENT.slice(0, DOCUMENT.indexOf('  artifacts:'))],
    ['no dependencies', DOCUMENT.replace('  dependencies:', '    dependencies:')],
    ['an unknown key', DOCUMENT.replace('  components:', '  novelty: 1\n  components:')],
    ['no data', 'document: modulemd\n'],
    ['a comment at the left margin', DOCUMENT.replace('  artifacts:', '# a comment\n  artifacts:')],
    ['a key after its data', `${DOCUMENT}version: 2\n`],
    ['data twice', `${DOCUMENT}data:\n  name: other\n`],
  ])('with %s', (_what, text) => {
    expect(trimModuleDocument(text)).toBeNull();
  });
});
