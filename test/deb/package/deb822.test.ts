import { describe, expect, it } from 'vitest';
import { isYes, parseStanza, readStanza } from '../../../src/deb/package/deb822.ts';

describe('parseStanza', () => {
  it.each<[string, string, [string, string][]]>([
    [
      'names in any case',
      'Suite: x\nCODENAME:y\n',
      [
        ['suite', 'x'],
        ['codename', 'y'],
      ],
    ],
    ['continuation lines joined by newlines', 'A: 1\n 2\n\t3\n', [['a', '1\n2\n3']]],
    ['an empty first line of a table', 'SHA256:\n x\n y\n', [['sha256', '\nx\ny']]],
    ['colons in values', 'Homepage: https://example.test/\n', [['homepage', 'https://example.test/']]],
    ['the first stanza only, after empty lines', '\n\nA: 1\n\nB: 2\n', [['a', '1']]],
    [
      'line ends of another system',
      'A: 1\r\nB: 2\r\n',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['nothing', '', []],
  ])('reads %s', (_case, text, fields) => {
    expect([...parseStanza(text, 'x')]).toEqual(fields);
  });

  it.each([
    ['a line without a colon', 'A: 1\noops\n'],
    ['a continuation of nothing', ' x\nA: 1\n'],
    ['a field given twice', 'A: 1\na: 2\n'],
    ['a name with a blank', 'A B: 1\n'],
    ['a comment', '# no\nA: 1\n'],
  ])('refuses %s', (_case, text) => {
    expect(() => parseStanza(text, 'x')).toThrow(expect.objectContaining({ code: 'INDEX_INVALID' }));
  });
});

describe('readStanza', () => {
  it.each<[string, string, [string, string][], string[]]>([
    ['the last of two values', 'A: 1\na: 2\n', [['a', '2']], ['field a is given twice']],
    ['past a line without a colon', 'oops\nA: 1\n', [['a', '1']], ['"oops" is not a field']],
    ['past a continuation of nothing', ' x\nA: 1\n', [['a', '1']], ['" x" continues no field']],
    ['a name with a blank behind it', 'A : 1\n', [['a', '1']], []],
    [
      'on over a line of blanks',
      'A: 1\n \t\nB: 2\n',
      [
        ['a', '1'],
        ['b', '2'],
      ],
      [],
    ],
    ['up to an empty line of another system', 'A: 1\r\n\r\nB: 2\r\n', [['a', '1']], []],
  ])('reads %s, as apt does', (_case, text, fields, oddities) => {
    const read = readStanza(text);
    expect(read.isUnreadableForApt).toBe(false);
    expect([...read.unseenByApt]).toEqual(text.startsWith('oops') ? ['a'] : []);
    expect([[...read.fields], read.oddities]).toEqual([fields, oddities]);
  });
});

it('knows what apt cannot read at all', () => {
  expect(readStanza('A: 1\noops').isUnreadableForApt).toBe(true);
});

it.each([
  ['yes', true],
  ['Yes ', true],
  ['no', false],
  [undefined, false],
])('isYes(%j) is %s', (value, expected) => {
  expect(isYes(value)).toBe(expected);
});
