import { describe, expect, it } from 'vitest';
import { findSnippetFault } from '../../../src/config/inventory/find-snippet-fault.ts';

describe('findSnippetFault', () => {
  it.each<[string, string | null]>([
    ['return 301 /x;', null],
    ['location ~ ^/a{2}$ { return 200 "} {"; }', 'a "{" is not closed'],
    ['location /a { return 200 "} {"; } # }', null],
    ['set $a $' + '{b};', null],
    ["add_header X '\\'}';", null],
    ['', null],
    ['# only } a comment', null],
    ['}', 'a "}" has no "{"'],
    ['location /a {', 'a "{" is not closed'],
    ['return 301 /x', 'the last directive does not end with ";"'],
    ['add_header X "a;', 'a quote is not closed'],
    ['location /a { return 200 }', 'a directive does not end with ";"'],
    ['x a#b; } # c', 'a "}" has no "{"'],
  ])('%s', (text, fault) => {
    expect(findSnippetFault(text)).toBe(fault);
  });
});
