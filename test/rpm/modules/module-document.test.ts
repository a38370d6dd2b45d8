import { describe, expect, it } from 'vitest';
import { readModuleDocument, type YamlNode } from '../../../src/rpm/modules/module-document.ts';

function read(tree: YamlNode, artifacts: readonly string[] | null = null) {
  const faults: string[] = [];
  const document = readModuleDocument(tree, artifacts, (fault) => faults.push(fault));
  return { document, faults };
}

const DATA = { name: 'nginx', stream: '1.24', version: '9', context: 'c', arch: 'x86_64' };
const stream = (data: YamlNode, version = '2'): YamlNode => ({ document: 'modulemd', version, data });

describe('a stream', () => {
  it('is read with alternatives of what it requires, and its artifacts', () => {
    const { document, faults } = read(
      stream({
        ...DATA,
        dependencies: [{ requires: { platform: ['el9'], perl: [] } }, { requires: { platform: ['el10'] } }],
        artifacts: { rpms: ['a-0:1-1.noarch'] },
      }),
    );
    expect(faults).toEqual([]);
    expect(document).toEqual({
      kind: 'stream',
      stream: {
        ...DATA,
        requires: [
          new Map([
            ['platform', ['el9']],
            ['perl', []],
          ]),
          new Map([['platform', ['el10']]]),
        ],
        artifacts: ['a-0:1-1.noarch'],
      },
    });
  });

  it('of version 1 has one map of module to stream', () => {
    const { document } = read(stream({ ...DATA, dependencies: { requires: { platform: 'f28' } } }, '1'));
    expect(document).toMatchObject({ stream: { requires: [new Map([['platform', ['f28']]])], artifacts: [] } });
  });

  it('takes artifacts that were read from the text already', () => {
    expect(read(stream({ ...DATA, artifacts: { rpms: ['other'] } }), ['given']).document).toMatchObject({
      stream: { artifacts: ['given'] },
    });
  });
});

describe('a default', () => {
  const tree = (data: YamlNode): YamlNode => ({ document: 'modulemd-defaults', version: '1', data });

  it.each([
    [{ module: 'nginx', stream: '1.24' }, '1.24'],
    [{ module: 'nginx' }, null],
    [{ module: 'nginx', stream: null }, null],
  ])('of %j is %s', (data, expected) => {
    expect(read(tree(data))).toEqual({ document: { kind: 'default', moduleDefault: { module: 'nginx', stream: expected } }, faults: [] });
  });

  it('must name its module', () => {
    expect(read(tree({ stream: '1' })).faults).toEqual(['names no module']);
  });
});

it.each(['modulemd-obsoletes', 'modulemd-translations'])('%s decides nothing', (kind) => {
  expect(read({ document: kind, version: '7', data: 'anything' })).toEqual({ document: { kind: 'other' }, faults: [] });
});

describe('a wrong shape is a fault', () => {
  it.each<[YamlNode, string]>([
    ['text', 'is no map of keys and values'],
    [[], 'is no map of keys and values'],
    [{}, 'does not say what kind of document it is'],
    [{ document: 'modulemd-packager' }, 'is a modulemd-packager, which is no known kind of document'],
    [stream(DATA, '3'), 'has format version "3"; known: 1, 2'],
    [stream([]), 'has data that is no map'],
    [stream({ ...DATA, name: ['nginx'] }), 'has a name that is no text'],
    [stream({ ...DATA, version: '1.2' }), '(nginx:1.24) has no name, stream or version'],
    [stream({ ...DATA, dependencies: ['platform'] }), 'has dependencies that are no map'],
    [stream({ ...DATA, dependencies: [{ requires: { platform: [['el9']] } }] }), 'has requires platform that is no list of texts'],
    [stream({ ...DATA, artifacts: { rpms: [{}] } }), 'has artifacts that is no list of texts'],
    [stream({ ...DATA, artifacts: ['x'] }), 'has artifacts that is no map'],
  ])('%j: %s', (tree, fault) => {
    expect(read(tree).faults).toContain(fault);
  });
});
