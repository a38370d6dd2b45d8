import { describe, expect, it } from 'vitest';
import { renderHtmlPage } from '../../src/template/html-page.ts';

describe('renderHtmlPage', () => {
  it('escapes every value, and leaves addresses readable', () => {
    expect(renderHtmlPage('<a href="{{url}}">{{text}}</a>', { url: '/a?b="><script>', text: "<b>&'" })).toBe(
      '<a href="/a?b=&quot;&gt;&lt;script&gt;">&lt;b&gt;&amp;&#39;</a>',
    );
  });

  it('repeats a section for a list, and shows or hides it for a switch', () => {
    const template = '{{#list}}[{{name}}{{outer}}]{{/list}}{{#yes}}y{{/yes}}{{^no}}n{{/no}}';
    expect(renderHtmlPage(template, { list: [{ name: 'a' }, { name: 'b' }], outer: '!', yes: true, no: false })).toBe('[a!][b!]yn');
  });

  it.each(['{{unknown}}', '{{{raw}}}', '{{&raw}}', '{{>other}}', '{{#list}}{{unknown}}{{/list}}', '{{#unknown}}x{{/unknown}}'])(
    'refuses the template %s',
    (template) => {
      expect(() => renderHtmlPage(template, { raw: 'x', list: [{ a: 'x' }] })).toThrow('the page template');
    },
  );
});
