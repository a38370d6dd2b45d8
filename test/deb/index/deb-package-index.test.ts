import { describe, expect, it } from 'vitest';
import { indexDebPackages, indexInstalled } from '../../../src/deb/index/deb-package-index.ts';
import { STANZA_FLAG } from '../../../src/deb/index/scan-packages.ts';
import { stanza } from '../../support/tiny-archive.ts';

const index = (text: string) => indexDebPackages(Buffer.from(text), 'pgdg');

describe('indexDebPackages', () => {
  it('finds packages by name, all versions in file order', () => {
    const found = index([stanza('a 1'), stanza('b 1'), stanza('a 2')].join('\n'));
    expect(found.count).toBe(3);
    expect(found.stanzasOf('a').map((at) => found.record(at).version)).toEqual(['1', '2']);
    expect(found.stanzasOf('c')).toEqual([]);
  });

  it('finds provided names, also over continuation lines, each provider once', () => {
    const found = index(stanza('a 1', { Provides: 'x (= 1), y,\n z:any, x (= 2)' }));
    for (const name of ['x', 'y', 'z']) expect(found.maybeProviders(name)).toEqual([0]);
    expect(found.maybeProviders('a')).toEqual([]);
  });

  it('reads any order and case of fields, several empty lines, and a missing final newline', () => {
    const rows = `\n\nVERSION: 1\narchitecture: all\nfilename: ./a.deb\nSize: 1\nsha256: ${'A'.repeat(64)}\npackage: A\n\n\n\n${stanza('b 2')}`;
    const found = index(rows.trimEnd());
    expect(found.count).toBe(2);
    expect(found.record(0)).toMatchObject({ name: 'a', version: '1', path: 'a.deb', sha256: 'a'.repeat(64) });
    expect([found.stanzasOf('a'), found.stanzasOf('A'), found.stanzasOf('b')]).toEqual([[0], [], [1]]);
  });

  it('gives the stanza back byte for byte, and its text in UTF-8', () => {
    const first = stanza('a 1', { Maintainer: 'Žofie Müller 😀 <z@example.test>' });
    const found = index(`${first}\n${stanza('b 1')}`);
    expect(found.stanzaBytes(0).toString()).toBe(first);
    expect(found.record(0).fields.get('maintainer')).toBe('Žofie Müller 😀 <z@example.test>');
  });

  it.each([0, 1, 2, 3])('reads bytes that start %i bytes into their memory', (offset) => {
    const text = [stanza('a 1', { Provides: 'x' }), stanza('b 1'), stanza('c 1')].join('\n');
    const padded = new Uint8Array([...new Uint8Array(offset), ...Buffer.from(text)]);
    const found = indexDebPackages(padded.subarray(offset), 'x');
    expect([found.count, ...found.stanzasOf('c'), ...found.maybeProviders('x')]).toEqual([3, 2, 0]);
  });

  it('knows Essential, Protected and high priorities without parsing the rest', () => {
    const rows = [
      stanza('a 1', { Essential: 'yes' }),
      stanza('b 1', { Priority: 'required' }),
      stanza('c 1', { Important: 'yes' }),
      stanza('d 1', { Protected: 'yes', Priority: 'important' }),
      stanza('e 1', { Essential: 'no', Priority: 'optional' }),
    ];
    const found = index(rows.join('\n'));
    expect(found.stanzasWithFlag(STANZA_FLAG.essential)).toEqual([0]);
    expect(found.stanzasWithFlag(STANZA_FLAG.protected)).toEqual([2, 3]);
    expect(found.stanzasWithFlag(STANZA_FLAG.required | STANZA_FLAG.important)).toEqual([1, 3]);
  });

  it('is empty for an empty file', () => {
    expect(index('').count).toBe(0);
    expect(index('\n\n').stanzasOf('a')).toEqual([]);
  });
});

describe('a malformed stanza', () => {
  const without = (field: string) => stanza('a 1').replace(new RegExp(`^${field}: .*\n`, 'm'), '');

  it.each(['Version', 'Architecture', 'Filename', 'Size', 'SHA256'])('without %s is refused, naming upstream and package', (field) => {
    const found = index(without(field));
    const read = () => found.record(0);
    expect(read).toThrow(expect.objectContaining({ code: 'INDEX_INVALID' }));
    expect(read).toThrow(new RegExp(`pgdg.*package a.*${field.toLowerCase()} is missing`));
  });

  it.each([
    ['Filename', '../../a.deb'],
    ['Filename', 'pool/../../a.deb'],
    ['Filename', 'pool/\u0001.deb'],
    ['Size', '-1'],
    ['Size', '0'],
    ['Size', '1e3'],
    ['Size', '99999999999999'],
    ['SHA256', 'zz'],
    ['Version', '1 2'],
    ['Version', '1-'],
    ['Package', 'a/b'],
    ['Package', '-rf'],
    ['Architecture', '../x'],
  ])('with %s "%s" is refused', (field, value) => {
    const found = index(stanza('a 1', { [field]: value }));
    expect(() => found.record(0)).toThrow(expect.objectContaining({ code: 'INDEX_INVALID' }));
  });

  it('names all faults at once', () => {
    const found = index('Package: a\nVersion: 1\n');
    expect(() => found.record(0)).toThrow(/architecture.*filename.*size.*sha256/);
  });

  it('costs itself and nothing else, and is named once it was met', () => {
    const found = index([without('SHA256'), stanza('a 2'), stanza('b 1', { Version: '1_2' }), 'Version: 3\n', stanza('c 1')].join('\n'));
    expect(found.stanzasOf('a')).toEqual([1]);
    expect(found.leftOut()).toEqual([
      { label: 'a 1', name: 'a', why: 'field sha256 is missing' },
      {
        label: expect.stringMatching(/^the stanza at byte \d+$/),
        name: '',
        why: 'package (unnamed): field package is missing; field architecture is missing; field filename is missing; field size is missing; field sha256 is missing',
      },
    ]);
    expect(found.leftOutOf('a')).toHaveLength(1);
    expect(found.goodStanzas()).toEqual([1, 4]);
    expect(found.leftOut().map(({ label }) => label)).toEqual(['a 1', 'b 1_2', expect.anything()]);
    found.leaveOut(4, 'found later');
    expect(found.leftOutOf('c')).toEqual([{ label: 'c 1', name: 'c', why: 'found later' }]);
  });

  it('is no provider and has no flag', () => {
    const found = index([stanza('a 1', { Provides: 'v', Essential: 'yes', SHA256: 'zz' }), stanza('b 1')].join('\n'));
    expect([found.maybeProviders('v'), found.stanzasWithFlag(STANZA_FLAG.essential)]).toEqual([[], []]);
  });

  it('that is only odd is read as apt reads it: the last of two values, and what is no field passed over', () => {
    const found = index(`${stanza('a 1')}Version: 2\noops\nDepends: x\n`);
    expect(found.record(0)).toMatchObject({ name: 'a', version: '2' });
    expect(found.record(0).fields.get('depends')).toBe('x');
    expect(found.oddity(0)?.why).toBe('field version is given twice; "oops" is not a field');
    expect(index(stanza('a 1')).oddity(0)).toBeNull();
  });

  it('is not read as long as nobody asks for it', () => {
    const found = index(`${without('SHA256')}\n${stanza('b 1')}`);
    expect(found.record(1).name).toBe('b');
  });
});

it('what is installed has no file name, size or digest', () => {
  const found = indexInstalled(Buffer.from('Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n'), 'status');
  expect([found.kind, found.count, found.record(0).path, found.record(0).sha256]).toEqual(['status', 1, '', '']);
});
