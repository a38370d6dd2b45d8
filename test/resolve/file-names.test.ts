import { expect, it } from 'vitest';
import type { PackageFacts } from '../../src/base/package-facts.ts';
import { assignFileNames } from '../../src/resolve/file-names.ts';

function facts(path: string, sha256 = 'a'.repeat(64)): PackageFacts {
  return { name: 'x', version: '1', arch: 'amd64', upstream: 'toy', path, sizeBytes: 1, sha256, installedBytes: 0 };
}

it('keeps the upstream’s own file names', () => {
  expect(assignFileNames([facts('pool/main/x/x_1.0+dfsg-1~deb12u1_amd64.deb')], 'deb')).toEqual(['x_1.0+dfsg-1~deb12u1_amd64.deb']);
  expect(assignFileNames([facts('Packages/y-1^2-1.el9.noarch.rpm')], 'rpm')).toEqual(['y-1^2-1.el9.noarch.rpm']);
});

it.each([
  ['a/x_1_amd64.deb', 'b/x_1_amd64.deb'],
  ['a/X_1_amd64.deb', 'b/x_1_amd64.deb'],
])('tells packages of one file name (%s, %s) apart by their digests', (one, other) => {
  const [last, lastOther] = [one, other].map((path) => path.slice(2));
  expect(assignFileNames([facts(one, '1'.repeat(64)), facts(other, '2'.repeat(64))], 'deb')).toEqual([
    `11111111-${last}`,
    `22222222-${lastOther}`,
  ]);
});

it.each([
  ['pool/hello_1.0%2Bds-1_amd64.deb', 'hello_1.0+ds-1_amd64.deb'],
  ['pool/hello_1%3A1.0_amd64.deb', 'hello_1_1.0_amd64.deb'],
  ['pool/hello_1%3a1.0_amd64.deb', 'hello_1_1.0_amd64.deb'],
  ['pool/hello_1:1.0_amd64.deb', 'hello_1_1.0_amd64.deb'],
  ['pool/hello (1.0) [x]_amd64.deb', 'hello_1.0_x_amd64.deb'],
  ['pool/100%_amd64.deb', '100_amd64.deb'],
  ['pool/h%00%2Fetc_amd64.deb', 'h_00_etc_amd64.deb'],
  ['pool/héllo_amd64.deb', 'h_llo_amd64.deb'],
  // Nothing to be made of these: what the package is.
  ['pool/x', 'x_1_2_amd64.deb'],
  ['pool/.hidden.deb', 'x_1_2_amd64.deb'],
  ['pool/(x).deb', 'x_1_2_amd64.deb'],
  [`pool/${'x'.repeat(300)}.deb`, 'x_1_2_amd64.deb'],
])('writes %s in a way that can be served: %s', (path, name) => {
  expect(assignFileNames([{ ...facts(path), version: '1:2' }], 'deb')).toEqual([name]);
});

it('writes the name of an RPM in the same way', () => {
  expect(assignFileNames([facts('hello-0%5E15.g1-1.noarch.rpm')], 'rpm')).toEqual(['hello-0^15.g1-1.noarch.rpm']);
  expect(assignFileNames([facts('download?id=7')], 'rpm')).toEqual(['x-1.amd64.rpm']);
});
