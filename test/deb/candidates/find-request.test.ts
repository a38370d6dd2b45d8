import { describe, expect, it } from 'vitest';
import { resolve, worldOf } from '../../support/tiny-archive.ts';

describe('a request', () => {
  const provider = worldOf({ 'a 1.0': {}, 'a 1.5': {}, 'a 2.0': {}, 'p 1': { Provides: 'v, w (= 3)' }, 'q 1': { Provides: 'v' } });

  it.each([
    ['a', ['a 2.0']],
    [' a ', ['a 2.0']],
    ['a=1.0', ['a 1.0']],
    ['a=1.*', ['a 1.5']],
    ['a (<< 2)', ['a 1.5']],
    ['a:amd64', ['a 2.0']],
    ['v', ['q 1']],
    ['w (>= 2)', ['p 1']],
  ])('%s', (text, expected) => {
    expect(resolve(provider, text)).toEqual(expected);
  });

  it.each([
    ['nosuch', []],
    ['a=9', ['version is not 9', 'version is not 9', 'version is not 9']],
    ['a (>= 9)', ['version is not >= 9', 'version is not >= 9', 'version is not >= 9']],
    ['rm -rf', ['not a package name or relation']],
  ])('%s finds nothing and says what came near', (text, why) => {
    const request = provider.findRequest(text, 'test');
    expect(request.anyOf).toEqual([]);
    expect(request.rejected?.map((rejected) => rejected.why)).toEqual(why);
  });

  it('stands for the package alone where one has the name, for all providers where none has', () => {
    const mixed = worldOf({ 'v 1': {}, 'p 1': { Provides: 'v, w' }, 'q 1': { Provides: 'w' } });
    const names = (text: string) => mixed.findRequest(text, 'test').anyOf.map((id) => mixed.name(id));
    expect(names('v')).toEqual(['v']);
    expect(names('w')).toEqual(['q', 'p']);
  });

  it('without an architecture means the target, with one that', () => {
    const mixed = worldOf({ 'a 2 arm64': {}, 'a 1 amd64': {}, 'b 1 arm64': { 'Multi-Arch': 'foreign' } }, ['arm64']);
    const labels = (text: string) => mixed.findRequest(text, 'test').anyOf.map((id) => mixed.label(id));
    expect(labels('a')).toEqual(['a 1 [debian]']);
    expect(labels('a:arm64')).toEqual(['a:arm64 2 [debian]']);
    expect(labels('b')).toEqual([]);
    expect(labels('b:arm64')).toEqual(['b:arm64 1 [debian]']);
  });
});
