import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { block, directive, formatNginxConfig, withVariables } from '../../src/template/nginx-config.ts';
import { anyLine } from './any-line.ts';

/** The words of nginx text, read as nginx reads them: quoted or bare, `;` and braces apart. */
function readNginxWords(text: string): string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|([;{}])|([^\s;{}"]+)/g)].map((m) =>
    m[1] === undefined ? (m[2] ?? m[3] ?? '') : m[1].replaceAll(/\\(["\\])/g, '$1'),
  );
}

describe('formatNginxConfig', () => {
  it('writes every value as one argument, or refuses it', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { minLength: 1, maxLength: 4 }), (args) => {
        const write = (): string => formatNginxConfig([block('server', [], [directive('auth_basic', ...args), directive('listen', 80)])]);
        if (args.some((arg) => arg.includes('$'))) expect(write).toThrow('$');
        else expect(readNginxWords(write())).toEqual(['server', '{', 'auth_basic', ...args, ';', 'listen', '80', ';', '}']);
      }),
    );
  });

  it('has variables only from our own texts', () => {
    expect(formatNginxConfig([directive('proxy_set_header', 'Host', withVariables('$host'))])).toBe('proxy_set_header Host $host;\n');
    expect(() => formatNginxConfig([directive('proxy_set_header', 'Host', '$host')])).toThrow('"$"');
  });

  it.each(['a\nb', 'a\u0000b', withVariables('$a\n')])('refuses the control character in %j', (value) => {
    expect(() => formatNginxConfig([directive('server_name', value)])).toThrow('control character');
  });

  it('indents blocks, and the operator’s own lines with them', () => {
    expect(
      formatNginxConfig([block('server', [], [block('location', ['= /x'], [directive('deny', 'all')]), { raw: 'a 1;\r\n\nb 2;\n\n' }])]),
    ).toBe('server {\n    location "= /x" {\n        deny all;\n    }\n    a 1;\n\n    b 2;\n}\n');
  });
});
