/** Wrong and hostile manifest files: what is said about them, word for word where a person reads it. */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/base/errors.ts';
import { parseManifestFiles, parseOverlay, type TextFile, yamlValue } from '../../../src/config/manifest/parse-manifest.ts';
import { manifestText } from '../load-manifests.ts';

function refusal(text: string, parse: (file: { path: string; text: string }) => unknown = (file) => parseManifestFiles([file])): AppError {
  try {
    parse({ path: 'm.yaml', text });
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('the manifest was accepted');
}

describe('a wrong manifest is refused with its place', () => {
  it.each([
    ['an unknown key', 'schema: 1\ngruops: {}\n', 'm.yaml:2:9: gruops: found an unknown key, expected one of'],
    ['its nearest word', 'schema: 1\ngruops: {}\n', '(did you mean "groups"?)'],
    ['a newer schema', 'schema: 2\n', 'm.yaml:1:9: schema: found 2, expected 1, the only schema version this program knows'],
    ['no schema', 'groups: {}\n', 'schema: found nothing, expected 1'],
    ['a list where a map belongs', 'schema: 1\nkeys: [a]\n', 'm.yaml:2:7: keys: found ["a"], expected a map'],
    [
      'a number as a package',
      'schema: 1\ngroups:\n  a: [nginx, 7]\n',
      'm.yaml:3:6: groups.a: found ["nginx",7], expected a package name, a list',
    ],
    [
      'a distro that does not exist',
      'schema: 1\nupstreams: [{ name: x, on: [el99] }]\n',
      'upstreams[0].on[0]: found "el99", expected one of el8,',
    ],
    [
      'a short fingerprint',
      'schema: 1\nkeys: { a: { fingerprints: [ABCD], keyrings: [], urls: [] } }\n',
      'found "ABCD", expected a full fingerprint',
    ],
    [
      'a key file outside',
      'schema: 1\nkeys: { a: { fingerprints: [], keyrings: [/etc/../x], urls: [] } }\n',
      'expected an absolute path without ..',
    ],
    [
      'a URL that is none',
      'schema: 1\nupstreams: [{ name: x, vault: ftp://h/ }]\n',
      'vault: found "ftp://h/", expected an URL that starts with http',
    ],
    [
      'a mistyped condition',
      'schema: 1\ngroups:\n  t: [{ name: x, onn: [el9] }]\n',
      'm.yaml:3:23: groups.t[0].onn: found an unknown key, expected one of',
    ],
    ['text that is not YAML', 'schema: 1\ngroups: {a: [b}\n', 'not valid YAML'],
    ['a key given twice', 'schema: 1\ngroups: { a: x, a: y }\n', 'not valid YAML'],
    ['nothing at all', '', 'm.yaml:1:1: (whole file): found null, expected a map'],
  ])('%s', (_name, text, line) => {
    const error = refusal(text);
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toContain(line);
  });

  it('all faults of all files are in one error', () => {
    const files = [
      { path: 'a.yaml', text: 'schema: 3\nregions: 1\n' },
      { path: 'b.yaml', text: 'schema: 1\nfor: { flavor: pigsti }\n' },
    ];
    expect(() => parseManifestFiles(files)).toThrow(
      [
        'the manifest is not valid: 3 faults',
        'a.yaml:1:9: schema: found 3, expected 1, the only schema version this program knows',
        'a.yaml:2:10: regions: found 1, expected a list',
        'b.yaml:2:16: for.flavor: found "pigsti", expected one of pigsty, debian (did you mean "pigsty"?)',
      ].join('\n'),
    );
  });

  it('an overlay has its own keys', () => {
    const error = refusal('schema: 1\ndistros: {}\ndisabel: [docker-ce]\n', parseOverlay);
    expect(error.message).toContain('m.yaml:3:10: disabel: found an unknown key');
    expect(error.message).toContain('(did you mean "disable"?)');
    expect(error.message).toContain('m.yaml:2:10: distros: found an unknown key');
  });
});

describe('a hostile manifest is refused', () => {
  it('alias bomb', () => {
    const levels = Array.from({ length: 12 }, (_, i) => `x${i + 1}: &x${i + 1} [${Array(9).fill(`*x${i}`).join(', ')}]`);
    const error = refusal(`schema: 1\nx0: &x0 [a]\n${levels.join('\n')}\n`);
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toContain('aliases');
  });

  it('oversized file', () => expect(refusal(`schema: 1 # ${'x'.repeat(2_000_001)}`).message).toContain('expected at most 2000000'));

  it('names of object prototypes', () => {
    expect(refusal('schema: 1\ngroups: { __proto__: nginx }\n').code).toBe('CONFIG_INVALID');
    const { files } = parseManifestFiles([{ path: 'm', text: 'schema: 1\ngroups: { constructor: nginx }\n' }]);
    expect(Object.keys(files[0]?.value.groups ?? {})).toEqual(['constructor']);
  });

  it('deep nesting', () => expect(refusal(`schema: 1\ngroups: ${'['.repeat(20_000)}`).code).toBe('CONFIG_INVALID'));
});

describe('what a text stands for, known from an earlier run', () => {
  const manifests = new URL('../../../manifests/', import.meta.url);
  const paths = readdirSync(manifests, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.yaml'));
  const own: readonly TextFile[] = paths.sort().map((path) => ({ path, text: manifestText(path) }));

  it('gives the same manifest, for every file of ours', () => {
    const kept = own.map((file) => ({ ...file, value: JSON.parse(JSON.stringify(yamlValue(file.text))) as unknown }));
    expect(parseManifestFiles(kept)).toEqual(parseManifestFiles(own));
  });

  it('counts for nothing when it is not valid: the text decides, and tells the place', () => {
    const text = 'schema: 1\ngroups: 7\n';
    expect(() => parseManifestFiles([{ path: 'm.yaml', text, value: { schema: 1, groups: 8 } }])).toThrow('m.yaml:2:9');
    expect(parseManifestFiles([{ path: 'm.yaml', text: 'schema: 1\n', value: 'broken' }]).files).toHaveLength(1);
  });
});
