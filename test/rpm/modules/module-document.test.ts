import { describe, expect, it } from 'vitest';
import { readModuleDocument, type YamlNode } from '../../../src/rpm/modules/module-document.ts';

const read = (tree: YamlNode, artifacts: readonly string[] | null = null) => readModuleDocument(tree, artifacts);

const DATA = { name: 'nginx', stream: '1.24', version: '9', context: 'c', arch: 'x86_64' };
const stream = (data: YamlNode, version = '2'): YamlNode => ({ document: 'modulemd', version, data });

describe('a stream', () => {
  it('is read with alternatives of what it requires, and its artifacts', () => {
    const document = read(
      stream({
        ...DATA,
        dependencies: [{ requires: { platform: ['el9'], perl: [] } }, { requires: { platform: ['el10'] } }],
        artifacts: { rpms: ['a-0:1-1.noarch'] },
      }),
    );
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
    const document = read(stream({ ...DATA, dependencies: { requires: { platform: 'f28' } } }, '1'));
    expect(document).toMatchObject({ stream: { requires: [new Map([['platform', ['f28']]])], artifacts: [] } });
  });

  it('takes artifacts that were read from the text already', () => {
    expect(read(stream({ ...DATA, artifacts: { rpms: ['other'] } }), ['given'])).toMatchObject({
      stream: { artifacts: ['given'] },
    });
  });
});

it('without a version is the oldest', () => {
  expect(read(stream({ name: 'nginx', stream: '1.24' }))).toMatchObject({ stream: { version: '0', context: '', arch: '' } });
});

describe('a default', () => {
  const tree = (data: YamlNode): YamlNode => ({ document: 'modulemd-defaults', version: '1', data });

  it.each([
    [{ module: 'nginx', stream: '1.24' }, '1.24'],
    [{ module: 'nginx' }, null],
    [{ module: 'nginx', stream: null }, null],
  ])('of %j is %s', (data, expected) => {
    expect(read(tree(data))).toEqual({ kind: 'default', moduleDefault: { module: 'nginx', stream: expected, modified: 0 } });
  });

  it('may say when it was decided', () => {
    const data = { module: 'nginx', stream: '1', modified: '202001010000' };
    expect(read(tree(data))).toMatchObject({ moduleDefault: { modified: 202_001_010_000 } });
    expect(read(tree({ ...data, modified: 'today' }))).toEqual({
      kind: 'fault',
      fault: '(nginx) has the date "today", which is no number',
    });
  });

  it('must name its module', () => {
    expect(read(tree({ stream: '1' }))).toEqual({ kind: 'fault', fault: 'names no module' });
  });
});

it.each(['modulemd-obsoletes', 'modulemd-translations', 'modulemd-packager'])('%s decides nothing', (kind) => {
  expect(read({ document: kind, version: '7', data: 'anything' })).toEqual({ kind: 'other' });
});

describe('a wrong shape is a fault', () => {
  it.each<[YamlNode, string]>([
    ['text', 'is no map of keys and values'],
    [[], 'is no map of keys and values'],
    [{}, 'does not say what kind of document it is'],
    [{ document: 'modulemd-novelty' }, 'is a modulemd-novelty, which is no known kind of document'],
    [stream(DATA, '3'), 'has format version "3"; known: 1, 2'],
    [stream([]), 'has data that is no map'],
    [stream({ ...DATA, name: ['nginx'] }), 'has a name that is no text'],
    [stream({ ...DATA, version: '1.2' }), '(nginx:1.24) has the version "1.2", which is no number'],
    [stream({ ...DATA, stream: '' }), '(nginx:) has no name or no stream'],
    [stream({ ...DATA, dependencies: ['platform'] }), 'has dependencies that are no map'],
    [stream({ ...DATA, dependencies: [{ requires: { platform: [['el9']] } }] }), 'has requires platform that is no list of texts'],
    [stream({ ...DATA, artifacts: { rpms: [{}] } }), 'has artifacts that is no list of texts'],
    [stream({ ...DATA, artifacts: ['x'] }), 'has artifacts that is no map'],
  ])('%j: %s', (tree, fault) => {
    expect(read(tree)).toEqual({ kind: 'fault', fault: expect.stringContaining(fault) });
  });
});
