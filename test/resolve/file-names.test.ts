import { expect, it } from 'vitest';
import type { PackageFacts } from '../../src/base/package-facts.ts';
import { assignFileNames } from '../../src/resolve/file-names.ts';

function facts(path: string, sha256 = 'a'.repeat(64)): PackageFacts {
  return { name: 'x', version: '1', arch: 'amd64', upstream: 'toy', path, sizeBytes: 1, sha256, installedBytes: 0 };
}

it('keeps the upstream’s own file names', () => {
  expect(assignFileNames([facts('pool/main/x/x_1.0+dfsg-1~deb12u1_amd64.deb'), facts('Packages/y-1-1.el9.noarch.rpm')])).toEqual([
    'x_1.0+dfsg-1~deb12u1_amd64.deb',
    'y-1-1.el9.noarch.rpm',
  ]);
});

it('tells two packages of one file name apart by their digests', () => {
  expect(assignFileNames([facts('a/x_1_amd64.deb', '1'.repeat(64)), facts('b/x_1_amd64.deb', '2'.repeat(64))])).toEqual([
    '11111111-x_1_amd64.deb',
    '22222222-x_1_amd64.deb',
  ]);
});

it.each(['pool/x', 'pool/.hidden.deb', 'pool/a b.deb', `pool/${'x'.repeat(300)}.deb`])('refuses %s', (path) => {
  expect(() => assignFileNames([facts(path)])).toThrow(expect.objectContaining({ code: 'PACKAGE_INVALID' }));
});
