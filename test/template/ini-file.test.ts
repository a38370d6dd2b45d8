import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findIniValueFault, formatIniFile } from '../../src/template/ini-file.ts';
import { anyLine } from './any-line.ts';

const write = (value: string): string => formatIniFile('x', [{ name: 'security', values: [['admin_password', value]] }]);

/** The value as Grafana's library takes it (readValue in parser.go of go-ini): what is quoted ends at the last quote of its kind. */
function read(text: string): string {
  const written = /^admin_password = (.*)$/m.exec(text)?.[1] ?? 'unreadable';
  if (written.length > 3 && written.startsWith('"""')) return written.slice(3, written.lastIndexOf('"""'));
  return written.startsWith('`') ? written.slice(1, written.lastIndexOf('`')) : written;
}

describe('formatIniFile', () => {
  it('keeps every value as it is, on its line and in its section, or refuses it', () => {
    fc.assert(
      fc.property(anyLine, (value) => {
        if (findIniValueFault(value) !== null) expect(() => write(value)).toThrow('cannot be written');
        else {
          expect(write(value).split('\n')).toHaveLength(4);
          expect(read(write(value))).toBe(value);
        }
      }),
    );
  });

  it.each([
    ['a `b`', '"""a `b`"""'],
    ['a """ b', '`a """ b`'],
    ['a;b', '`a;b`'],
    ['a b', 'a b'],
  ])('quotes %s as %s', (value, written) => {
    expect(write(value)).toBe(`# x\n[security]\nadmin_password = ${written}\n`);
  });

  it('writes sections and keys in their order', () => {
    expect(
      formatIniFile('c', [
        {
          name: 'b',
          values: [
            ['x', true],
            ['a', 1],
          ],
        },
        { name: 'auth.proxy', values: [] },
      ]),
    ).toBe('# c\n[b]\nx = true\na = 1\n\n[auth.proxy]\n');
    expect(() => formatIniFile('c', [{ name: 'a]\n[b', values: [] }])).toThrow('not a section name');
  });
});

describe('findIniValueFault', () => {
  it.each(['$' + '{HOME}', '$' + '__file{/etc/shadow}', '%(protocol)s', 'a\nb', '`"""'])('finds one in %j', (value) => {
    expect(findIniValueFault(value)).not.toBeNull();
  });

  it.each(['', '$x', '100%', '{a}', '`a`', '"""'])('finds none in %j', (value) => {
    expect(findIniValueFault(value)).toBeNull();
  });
});
