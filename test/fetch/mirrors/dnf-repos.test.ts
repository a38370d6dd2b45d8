import { describe, expect, it } from 'vitest';
import { parseDnfRepos, substituteDnfVars } from '../../../src/fetch/mirrors/dnf-repos.ts';

describe('parseDnfRepos', () => {
  it('reads what dnf is configured to use', () => {
    const text =
      '[main]\nbaseurl=http://no\n[a]\nname=A\nbaseurl=http://a.example.test/1/\n  http://b.example.test/2\ngpgcheck=1\n[m]\nmirrorlist=http://x\n';
    expect(parseDnfRepos(text)).toEqual([{ id: 'a', baseurls: ['http://a.example.test/1', 'http://b.example.test/2'] }]);
  });

  it.each([
    ['[a]\nenabled=0\nbaseurl=http://a.example.test/', []],
    ['[a]\nenabled = no\nbaseurl=http://a.example.test/', []],
    ['[a]\nenabled=1\nbaseurl=ftp://a.example.test/', []],
    [
      '[a]\nbaseurl=http://a.example.test/$releasever/, http://b.example.test//',
      ['http://a.example.test/$releasever', 'http://b.example.test'],
    ],
    ['baseurl=http://outside.example.test/', []],
    ['', []],
  ])('of %j takes %j', (text, baseurls) => {
    expect(parseDnfRepos(text).flatMap((repo) => repo.baseurls)).toEqual(baseurls);
  });
});

describe('substituteDnfVars', () => {
  it.each([
    ['http://m/$releasever/$basearch/os', 'http://m/9/x86_64/os'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the text itself
    ['http://m/${releasever}x', 'http://m/9x'],
    ['http://m/$releaseverx', undefined],
    ['http://m/plain', 'http://m/plain'],
    ['http://m/$5', undefined],
  ])('of %s is %s', (url, expected) => {
    expect(substituteDnfVars(url, { releasever: '9', basearch: 'x86_64' })).toBe(expected);
  });
});
