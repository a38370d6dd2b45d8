import { describe, expect, it } from 'vitest';
import { checkReleaseDates, isSafePath, parseRelease } from '../../../src/deb/index/release.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);
const C = 'c'.repeat(128);
const DATE_SEC = Date.UTC(2026, 6, 11, 10, 16, 37) / 1000;
const HEAD =
  'Suite: stable\nCodename: bookworm\nDate: Sat, 11 Jul 2026 10:16:37 UTC\nArchitectures: all amd64\nComponents: main updates/contrib\n';

function releaseOf(extra: string, table = `SHA256:\n ${A} 10 main/binary-amd64/Packages\n ${B} 5 main/binary-amd64/Packages.xz\n`) {
  return parseRelease(`${HEAD}${extra}${table}`, 'https://example.test/Release');
}

describe('parseRelease', () => {
  it('reads the fields', () => {
    const release = releaseOf(
      'Acquire-By-Hash: yes\nNotAutomatic: yes\nButAutomaticUpgrades: yes\nValid-Until: Sat, 18 Jul 2026 10:16:37 UTC\n',
    );
    expect(release).toMatchObject({
      suite: 'stable',
      codename: 'bookworm',
      dateSec: DATE_SEC,
      validUntilSec: DATE_SEC + 7 * 86_400,
      components: ['main', 'contrib'],
      acquireByHash: true,
      notAutomatic: true,
      butAutomaticUpgrades: true,
    });
    expect(release.files.get('main/binary-amd64/Packages.xz')).toEqual({
      path: 'main/binary-amd64/Packages.xz',
      sizeBytes: 5,
      digest: { algorithm: 'sha256', hex: B },
    });
  });

  it('prefers SHA512 where both are given', () => {
    const release = releaseOf('', `SHA512:\n ${C} 10 main/x\nSHA256:\n ${A} 10 main/x\n`);
    expect(release.files.get('main/x')?.digest).toEqual({ algorithm: 'sha512', hex: C });
  });

  it.each([
    ['only MD5', `${HEAD}MD5Sum:\n ${'0'.repeat(32)} 1 main/x\n`, /only weak digests/],
    ['only SHA1', `${HEAD}SHA1:\n ${'0'.repeat(40)} 1 main/x\n`, /only weak digests/],
    ['no table', HEAD, /no SHA256/],
    ['no date', `Suite: x\nSHA256:\n ${A} 1 x\n`, /Date is missing/],
    ['a local date', `Date: Sat, 11 Jul 2026 10:16:37 CEST\nSHA256:\n ${A} 1 x\n`, /not a date/],
    ['a path upwards', `${HEAD}SHA256:\n ${A} 1 ../../etc/passwd\n`, /malformed/],
    ['an absolute path', `${HEAD}SHA256:\n ${A} 1 /etc/passwd\n`, /malformed/],
    ['a negative size', `${HEAD}SHA256:\n ${A} -1 x\n`, /malformed/],
    ['a short digest', `${HEAD}SHA256:\n abc 1 x\n`, /malformed/],
    ['a line without a colon', `${HEAD}oops\nSHA256:\n ${A} 1 x\n`, /not a field/],
    ['a field given twice', `${HEAD}Suite: evil\nSHA256:\n ${A} 1 x\n`, /twice/],
  ])('refuses %s', (_case, text, message) => {
    const parse = () => parseRelease(text, 'https://example.test/Release');
    expect(parse).toThrow(expect.objectContaining({ code: 'INDEX_INVALID' }));
    expect(parse).toThrow(message);
  });
});

describe('checkReleaseDates', () => {
  const release = releaseOf('Valid-Until: Sat, 18 Jul 2026 10:16:37 UTC\n');
  const what = 'https://example.test/Release';

  it.each([
    ['on its date', 0, null],
    ['on its last second', 7 * 86_400, null],
    ['after it expired', 7 * 86_400 + 1, 'INDEX_EXPIRED'],
    ['with a clock ten seconds behind', -10, null],
    ['with a clock an hour behind', -3600, 'INDEX_NOT_YET_VALID'],
  ])('%s', (_case, offsetSec, code) => {
    const check = () => checkReleaseDates(release, { nowSec: DATE_SEC + offsetSec, what });
    if (code === null) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code, hint: expect.stringMatching(/clock/) }));
  });

  it('lets an expired one pass when an archived release is wanted, but not one from the future', () => {
    expect(() => checkReleaseDates(release, { nowSec: DATE_SEC + 9e8, what, allowExpired: true })).not.toThrow();
    expect(() => checkReleaseDates(release, { nowSec: 0, what, allowExpired: true })).toThrow();
  });
});

describe('isSafePath', () => {
  it.each([
    ['pool/main/a/a_1_all.deb', true],
    ['a..b/c', true],
    ['', false],
    ['/a', false],
    ['a/../b', false],
    ['..', false],
    ['a\\b', false],
    ['a\nb', false],
    ['a\0b', false],
  ])('%j: %s', (path, expected) => {
    expect(isSafePath(path)).toBe(expected);
  });
});
