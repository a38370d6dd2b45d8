import { describe, expect, it } from 'vitest';
import { treeFileOf } from '../../src/base/tree-file-of.ts';
import { assertComplete, assertFlatNames, storedFile } from '../../src/repo/flat-packages.ts';
import { lockedPackage } from '../lab/upstreams/toy-bundle.ts';

const locked = (file: string, content = file) => lockedPackage(treeFileOf(file, content));

it('a stored package is what the lock says, wherever the store has it', () => {
  const p = locked('a_1_all.deb');
  expect(storedFile(p, '/store/x')).toEqual({
    path: 'a_1_all.deb',
    sizeBytes: p.sizeBytes,
    sha256: p.sha256,
    content: { kind: 'file', filePath: '/store/x' },
  });
});

describe('assertComplete', () => {
  const packages = [locked('a_1_all.deb'), locked('b_1_all.deb'), locked('c_1_all.deb')];

  it('names every package that is not there', () => {
    const sources = new Map([[packages[1]!.sha256, 'there']]);
    expect(() => assertComplete(packages, sources)).toThrow(
      expect.objectContaining({ code: 'BUNDLE_MISSING', details: { missing: ['a 1.0-1 (base)', 'c 1.0-1 (base)'] } }),
    );
    expect(() => assertComplete([packages[1]!], sources)).not.toThrow();
  });
});

describe('assertFlatNames', () => {
  it.each([
    [['a.deb', 'b.deb'], null],
    [['a.deb', 'a.deb'], 'a.deb (base) and a.deb (base)'],
    [['a.deb', 'A.deb'], 'A.deb (base) and a.deb (base)'],
    [['pool/a.deb'], 'pool/a.deb is not a plain file name'],
  ])('of %j: %s', (names, clash) => {
    const check = () => assertFlatNames(names.map((name, at) => locked(name, String(at))));
    if (clash === null) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code: 'PACKAGE_INVALID', details: { clashes: [clash] } }));
  });
});
