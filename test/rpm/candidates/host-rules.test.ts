import { describe, expect, it } from 'vitest';
import { packageMatcher, parseRpmHostRules } from '../../../src/rpm/candidates/host-rules.ts';
import { toyRpm } from '../../lab/upstreams/toy-rpms.ts';

const LIB = toyRpm('lib 1:2-3 x86_64');
const why = (conf: string, locks = '') => parseRpmHostRules(conf, locks).whyHidden(LIB);

describe('excludes of a host', () => {
  it.each([
    ['[main]\nexclude=lib\n', true],
    ['[main]\nexcludepkgs = foo, lib*\n', true],
    ['[main]\nexclude=foo\n  lib.x86_64\n', true],
    ['[main]\nexclude=foo\nbest=1\n  lib\n', false],
    ['[main]\nexclude=lib-2-3\nexcludepkgs=bar', true],
    ['[other]\nexclude=lib\n', false],
    ['exclude=lib', true],
    ['', false],
  ])('%j', (conf, isHidden) => {
    expect(why(conf)).toBe(isHidden ? 'excluded by excludepkgs of the host' : null);
  });
});

describe('version locks of a host', () => {
  it.each([
    ['lib-1:2-3.*', null],
    ['lib-1:2-*.*', null],
    ['lib-1:1-1.*\nlib-1:2-3.x86_64', null],
    ['other-0:1-1.*', null],
    ['# lib-0:1-1.*\nnonsense', null],
    ['lib-1:1-3.*', "the host's versionlock holds it to lib-1:1-3.*"],
    ['lib-2-3.*', "the host's versionlock holds it to lib-2-3.*"],
    ['!lib-1:2-3.*', "the host's versionlock excludes lib-1:2-3.*"],
    ['!lib-1:1-3.*', null],
  ])('%j', (locks, expected) => {
    expect(why('', locks)).toBe(expected);
  });
});

it('a pattern may mean a name or any form of a NEVRA', () => {
  for (const pattern of ['lib', 'l?b', 'lib.x86_64', 'lib-2', 'lib-2-3', 'lib-2-3.x86_64', 'lib-1:2-3.x86_64']) {
    expect(packageMatcher([pattern])(LIB)).toBe(true);
  }
  expect(packageMatcher(['lib-1', 'lib-1:2'])(LIB)).toBe(false);
  expect(packageMatcher([])(LIB)).toBe(false);
});
