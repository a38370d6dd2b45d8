import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatExec, formatOptionsFile, formatUnit, splitOptions } from '../../src/template/systemd-unit.ts';
import { anyLine } from './any-line.ts';

describe('formatUnit', () => {
  it('writes sections and settings in their order', () => {
    const sections = [
      { name: 'Unit', settings: [['After', 'a b']] },
      {
        name: 'Service',
        settings: [
          ['ExecStart', ''],
          ['ExecStart', '/bin/x'],
        ],
      },
    ] as const;
    expect(formatUnit('c', sections)).toBe('# c\n[Unit]\nAfter=a b\n\n[Service]\nExecStart=\nExecStart=/bin/x\n');
  });

  it.each(['a\nExecStart=/bin/evil', 'a\\', 'a\u0000'])('refuses the value %j, which would not stay in its line', (value) => {
    expect(() => formatUnit('x', [{ name: 'Unit', settings: [['Description', value]] }])).toThrow('one line');
    expect(() => formatUnit(value, [])).toThrow('one line');
  });
});

describe('formatExec', () => {
  it('escapes specifiers, variables and quotes of a value', () => {
    expect(formatExec(['/bin/x', 'a b', '%n', '$HOME', '"'])).toBe('/bin/x "a b" %%n $$HOME "\\""');
  });

  it('refuses an argument of two lines', () => {
    expect(() => formatExec(['/bin/x', 'a\nb'])).toThrow('one line');
  });
});

describe('formatOptionsFile', () => {
  it('gives a unit exactly the words that were meant', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 5 }), (words) => {
        const text = formatOptionsFile('x', 'OPTS', words);
        const value = /^OPTS="((?:[^"\\]|\\.)*)"$/m.exec(text)?.[1]?.replaceAll(/\\(["\\`$])/g, '$1') ?? 'unreadable';
        expect(splitOptions(value)).toEqual(words);
      }),
    );
  });

  it('refuses a word of two lines', () => {
    expect(() => formatOptionsFile('x', 'OPTS', ['a\nb'])).toThrow('one line');
  });
});

describe('splitOptions', () => {
  it.each([
    ['-a=1   -b', ['-a=1', '-b']],
    [`-a="x y" -b='"z"'`, ['-a=x y', '-b="z"']],
    ['-a=\\"x', ['-a="x']],
    ['', []],
  ])('reads %s', (text, words) => {
    expect(splitOptions(text)).toEqual(words);
  });
});
