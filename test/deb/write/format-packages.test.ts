/** What goes into an index and what does not. */
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { formatPackages, gzipDeterministic } from '../../../src/deb/write/format-packages.ts';

const entry = (stanza: string, fileName = 'x_1_all.deb') => ({ stanza, fileName, sizeBytes: 7, sha256: 'a'.repeat(64) });

it('replaces location, size and digests, keeps every other field with its continuation lines', () => {
  const stanza = [
    'Package: x',
    'Filename: pool/x.deb',
    'MD5sum: 1',
    'SHA512: 2',
    'SHA256: 3',
    'Size: 9',
    'X-Own: kept',
    'Description: short',
    ' long',
    ' .',
    ' end',
    'Version: 1',
    'Description-md5: 4',
    'Architecture: all',
    'Tag: a::b,',
    ' c::d',
  ].join('\n');
  expect(formatPackages([entry(stanza)])).toBe(
    [
      'Package: x',
      'Version: 1',
      'Architecture: all',
      'Filename: ./x_1_all.deb',
      'Size: 7',
      `SHA256: ${'a'.repeat(64)}`,
      'X-Own: kept',
      'Tag: a::b,',
      ' c::d',
      'Description: short',
      ' long',
      ' .',
      ' end',
      '',
    ].join('\n'),
  );
});

it('names every stanza that cannot be indexed', () => {
  const bad = [entry('Package: x\nVersion: 1', 'no-arch.deb'), entry('no colon', 'no-field.deb')];
  expect(() => formatPackages(bad)).toThrowError(
    expect.objectContaining({ code: 'PACKAGE_INVALID', message: expect.stringMatching(/no-arch[\s\S]*no-field/) }),
  );
});

it('compresses without time or name', () => {
  const packed = gzipDeterministic(Buffer.from('text'));
  expect([...packed.subarray(4, 10)]).toEqual([0, 0, 0, 0, 2, 255]);
  expect(gunzipSync(packed).toString()).toBe('text');
});
