import { describe, expect, it } from 'vitest';
import { assertOnlySignedBlock, isClearsigned } from '../../src/trust/clearsign.ts';

const WHOLE = [
  '-----BEGIN PGP SIGNED MESSAGE-----',
  'Hash: SHA512',
  '',
  'Suite: stable',
  '-----BEGIN PGP SIGNATURE-----',
  '',
  'abcd',
  '-----END PGP SIGNATURE-----',
  '',
].join('\n');

describe('isClearsigned', () => {
  it.each([
    [WHOLE, true],
    [` ${WHOLE}`, false],
    ['-----BEGIN PGP SIGNED', false],
    ['', false],
  ])('of %j', (text, expected) => {
    expect(isClearsigned(Buffer.from(text))).toBe(expected);
  });
});

describe('assertOnlySignedBlock', () => {
  it.each([
    ['as it is', WHOLE],
    ['with line ends of Windows', WHOLE.replaceAll('\n', '\r\n')],
    ['with empty lines after it', `${WHOLE}\n\n`],
  ])('takes one block %s', (_what, text) => {
    expect(() => assertOnlySignedBlock(text, 'InRelease')).not.toThrow();
  });

  it.each([
    ['text before it', `x\n${WHOLE}`, 'text before the signed block'],
    ['text after it', `${WHOLE}x\n`, 'text after the signature'],
    ['two of them', WHOLE + WHOLE, '2 lines "-----BEGIN PGP SIGNED MESSAGE-----"'],
    ['no end', WHOLE.replace(/-----END.*\n/, ''), '0 lines "-----END PGP SIGNATURE-----"'],
    ['a NUL byte', WHOLE.replace('stable', 'sta\0ble'), 'a NUL byte'],
    [
      'its parts out of order',
      '-----BEGIN PGP SIGNED MESSAGE-----\n-----END PGP SIGNATURE-----\n-----BEGIN PGP SIGNATURE-----\n',
      'its parts are out of order',
    ],
  ])('refuses %s', (_what, text, fault) => {
    expect(() => assertOnlySignedBlock(text, 'InRelease')).toThrow(
      expect.objectContaining({ code: 'SIGNATURE_INVALID', message: expect.stringContaining(fault) }),
    );
  });

  it('says of plain text that it is not signed', () => {
    expect(() => assertOnlySignedBlock('Suite: stable\n', 'InRelease')).toThrow(expect.objectContaining({ code: 'SIGNATURE_MISSING' }));
  });
});
