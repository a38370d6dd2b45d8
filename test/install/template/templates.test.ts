/** What no value can do to a generated file: become two words, end a line, open a block, start a variable. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { renderHtmlPage } from '../../../src/template/html-page.ts';
import { formatHtpasswd } from '../../../src/template/htpasswd.ts';
import { findIniValueFault, formatIniFile } from '../../../src/template/ini-file.ts';
import { formatLineFile } from '../../../src/template/line-file.ts';
import { block, directive, formatNginxConfig, withVariables } from '../../../src/template/nginx-config.ts';
import { formatExec, formatOptionsFile, formatUnit, splitOptions } from '../../../src/template/systemd-unit.ts';
import { formatYamlFile } from '../../../src/template/yaml-file.ts';

/** Texts of one line full of characters that mean something somewhere. */
const line = fc.oneof(
  fc.string({ maxLength: 40 }).map((text) => text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '')),
  fc.array(fc.constantFrom(...`;{}"'\\ #$%\`=[]<>&ab`), { maxLength: 20 }).map((all) => all.join('')),
);

/** The words of nginx text, read as nginx reads them: quoted or bare, `;` and braces apart. */
function readNginxWords(text: string): string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|([;{}])|([^\s;{}"]+)/g)].map((m) =>
    m[1] === undefined ? (m[2] ?? m[3] ?? '') : m[1].replaceAll(/\\(["\\])/g, '$1'),
  );
}

describe('nginx', () => {
  it('gets every value as one argument, or none at all', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), (args) => {
        const write = (): string => formatNginxConfig([block('server', [], [directive('auth_basic', ...args), directive('listen', 80)])]);
        if (args.some((arg) => arg.includes('$'))) expect(write).toThrow('$');
        else expect(readNginxWords(write())).toEqual(['server', '{', 'auth_basic', ...args, ';', 'listen', '80', ';', '}']);
      }),
    );
  });

  it('gets variables only from our own texts', () => {
    expect(formatNginxConfig([directive('proxy_set_header', 'Host', withVariables('$host'))])).toBe('proxy_set_header Host $host;\n');
    expect(() => formatNginxConfig([directive('server_name', 'a\nb')])).toThrow();
  });
});

describe('systemd', () => {
  it('splits options into exactly the words that were meant', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (words) => {
        const text = formatOptionsFile('x', 'OPTS', words);
        const value = /^OPTS="((?:[^"\\]|\\.)*)"$/m.exec(text)?.[1]?.replaceAll(/\\(["\\`$])/g, '$1') ?? 'unreadable';
        expect(splitOptions(value)).toEqual(words.map((word) => (word === '' ? '' : word)));
      }),
    );
  });

  it.each([
    ['-a=1   -b', ['-a=1', '-b']],
    [`-a="x y" -b='"z"'`, ['-a=x y', '-b="z"']],
    ['-a=\\"x', ['-a="x']],
    ['', []],
  ])('reads the options %s', (text, words) => {
    expect(splitOptions(text)).toEqual(words);
  });

  it('gets command lines without specifiers and variables of a value', () => {
    expect(formatExec(['/bin/x', 'a b', '%n', '$HOME', '"'])).toBe('/bin/x "a b" %%n $$HOME "\\""');
  });

  it('refuses a second line', () => {
    expect(() => formatUnit('x', [{ name: 'Unit', settings: [['Description', 'a\nExecStart=/bin/evil']] }])).toThrow();
    expect(() => formatLineFile('x', ['allow all\nport 0'])).toThrow();
  });
});

describe('YAML', () => {
  it('gives back every value, also to a reader of YAML 1.1', () => {
    fc.assert(
      fc.property(
        fc.dictionary(line, fc.oneof(line, fc.constantFrom('yes', 'no', 'on', '0123', '1:20', '~', 'null', '.inf', '<<', '2020-01-01'))),
        (value) => {
          const safe = Object.fromEntries(Object.entries(value).filter(([key]) => key !== '<<' && key !== '__proto__'));
          const text = formatYamlFile('x', safe);
          expect(parse(text, { version: '1.1', merge: false })).toEqual(safe);
          expect(parse(text, { version: '1.2' })).toEqual(safe);
        },
      ),
    );
  });
});

describe('INI', () => {
  it('keeps every value on its line and in its section', () => {
    fc.assert(
      fc.property(line, (value) => {
        const write = (): string => formatIniFile('x', [{ name: 'security', values: [['admin_password', value]] }]);
        if (findIniValueFault(value) === null) expect(write().split('\n')).toHaveLength(4);
        else expect(write).toThrow();
      }),
    );
  });

  it.each(['$' + '{HOME}', '$' + '__file{/etc/shadow}', '%(protocol)s', 'a\nb'])('refuses %s, which Grafana would replace', (value) => {
    expect(findIniValueFault(value)).not.toBeNull();
  });
});

describe('pages', () => {
  it('escape every value', () => {
    expect(renderHtmlPage('<a href="{{url}}">{{text}}</a>', { url: '"><script>', text: '<b>&' })).toBe(
      '<a href="&quot;&gt;&lt;script&gt;">&lt;b&gt;&amp;</a>',
    );
  });

  it.each(['{{unknown}}', '{{{raw}}}', '{{&raw}}', '{{>other}}', '{{#list}}{{unknown}}{{/list}}'])('refuse the template %s', (template) => {
    expect(() => renderHtmlPage(template, { raw: 'x', list: [{ a: 'x' }] })).toThrow();
  });
});

describe('password file', () => {
  it('holds hashes that depend on user and secret, the same every time', () => {
    const users = { a: 'x', b: 'x' };
    const text = formatHtpasswd(users, 's1');
    expect(text).toMatch(/^a:\$apr1\$[0-9a-f]{8}\$\S{22}\nb:\$apr1\$\S+\n$/);
    expect(formatHtpasswd(users, 's1')).toBe(text);
    expect(formatHtpasswd(users, 's2')).not.toBe(text);
    const [a, b] = text.split('\n').map((one) => one.split(':')[1]);
    expect(a).not.toBe(b);
  });
});
