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
      validUntil: { text: 'Sat, 18 Jul 2026 10:16:37 UTC', sec: DATE_SEC + 7 * 86_400 },
      oddities: [],
      components: ['main', 'contrib'],
      acquireByHash: true,
      notAutomatic: true,
      butAutomaticUpgrades: true,
    });
    expect(release.files.get('main/binary-amd64/Packages.xz')).toEqual({
      path: 'main/binary-amd64/Packages.xz',
      sizeBytes: 5,
      digest: { algorithm: 'sha256', hex: B },
      sha256: null,
      fault: null,
    });
  });

  it('prefers SHA512 where both are given', () => {
    const release = releaseOf('', `SHA512:\n ${C} 10 main/x\nSHA256:\n ${A} 10 main/x\n`);
    expect(release.files.get('main/x')).toMatchObject({ digest: { algorithm: 'sha512', hex: C }, sha256: A, fault: null });
  });

  it.each([
    ['only MD5', `${HEAD}MD5Sum:\n ${'0'.repeat(32)} 1 main/x\n`, /only weak digests/],
    ['only SHA1', `${HEAD}SHA1:\n ${'0'.repeat(40)} 1 main/x\n`, /only weak digests/],
    ['no table', HEAD, /no SHA256/],
    ['a last line that is no field', `${HEAD}SHA256:\n ${A} 1 x\noops`, /ends with a line that is no field/],
    ['empty lines in front', `\n\n${HEAD}SHA256:\n ${A} 1 x\n`, /begins with empty lines/],
    ['a table that apt does not see', `${HEAD}oops\nSHA256:\n ${A} 1 x\n`, /no SHA256/],
    ['a line of the table without a path', `${HEAD}SHA256:\n ${A} 1 x\n ${A} 1\n`, /not a digest, a size and a path/],
    ['a line of a weak table without a path', `${HEAD}MD5Sum:\n abc 1\nSHA256:\n ${A} 1 x\n`, /not a digest, a size and a path/],
    ['a line of the table with more', `${HEAD}SHA256:\n ${A} 1 x y\n`, /not a digest, a size and a path/],
  ])('refuses %s', (_case, text, message) => {
    const parse = () => parseRelease(text, 'https://example.test/Release');
    expect(parse).toThrow(expect.objectContaining({ code: 'INDEX_INVALID' }));
    expect(parse).toThrow(message);
  });
});

it('does not take a line of a table for a word of the field before it', () => {
  const text = `${HEAD}SHA256:\n ${A} 1 x\nNo-Support-for-Architecture-all: Packages`;
  expect(parseRelease(`${text}\n`, 'x').separateAll).toBe(false);
  expect(parseRelease(`${text}\n ${B} 1 y\n`, 'x').separateAll).toBe(true);
});

describe('what apt passes over', () => {
  it.each([
    ['no date', `Suite: x\nSHA256:\n ${A} 1 x\n`, 'field Date is missing'],
    ['a date with an offset', `Date: Sat, 11 Jul 2026 10:16:37 +0200\nSHA256:\n ${A} 1 x\n`, /^Date "Sat.*" is not a date like/],
    ['an ISO date', `Date: 2026-07-11 10:16:37 UTC\nSHA256:\n ${A} 1 x\n`, /^Date "2026.*" is not a date like/],
    ['a path upwards', `${HEAD}SHA256:\n ${A} 1 ../../etc/passwd\n ${A} 1 x\n`, /names a path that no file can have/],
    ['an absolute path', `${HEAD}SHA256:\n ${A} 1 /etc/passwd\n ${A} 1 x\n`, /names a path that no file can have/],
    ['a negative size', `${HEAD}SHA256:\n ${A} -1 y\n ${A} 1 x\n`, /fits no file/],
    ['a short digest', `${HEAD}SHA256:\n abc 1 y\n ${A} 1 x\n`, /fits no file/],
    ['a line without a colon', `oops\n${HEAD}SHA256:\n ${A} 1 x\n`, '"oops" is not a field'],
    ['a field given twice', `${HEAD}Suite: other\nSHA256:\n ${A} 1 x\n`, 'field suite is given twice'],
    ['a byte order mark', `\ufeffOrigin: x\n${HEAD}SHA256:\n ${A} 1 x\n`, /is not a field/],
  ])('%s is told, and the rest is read', (_case, text, oddity) => {
    const { oddities, files } = parseRelease(text, 'x');
    expect(oddities).toEqual([expect.stringMatching(oddity)]);
    expect([...files.values()].filter(({ fault }) => fault === null).map(({ path }) => path)).toEqual(['x']);
  });

  it('gives a Release without a readable date no age', () => {
    expect(parseRelease(`Date: soon\nSHA256:\n ${A} 1 x\n`, 'x').dateSec).toBe(0);
  });

  it('takes the first of two lines for one path, and the last of two tables', () => {
    const two = parseRelease(`${HEAD}SHA256:\n ${A} 1 x\n ${B} 1 x\n`, 'x');
    expect(two.files.get('x')?.digest.hex).toBe(A);
    expect([...parseRelease(`${HEAD}SHA256:\n ${A} 1 x\nSHA256:\n ${B} 1 y\n`, 'x').files.keys()]).toEqual(['y']);
  });

  it('reads CRLF', () => {
    expect([...releaseOf('').files.keys()]).toEqual([
      ...parseRelease(
        `${HEAD}SHA256:\n ${A} 10 main/binary-amd64/Packages\n ${B} 5 main/binary-amd64/Packages.xz\n`.replaceAll('\n', '\r\n'),
        'x',
      ).files.keys(),
    ]);
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

it('a Valid-Until that cannot be read is refused, as apt refuses it, unless expired ones are wanted', () => {
  const odd = releaseOf('Valid-Until: soon\n');
  const check = (allowExpired: boolean) => checkReleaseDates(odd, { nowSec: DATE_SEC, what: 'x', allowExpired });
  expect(() => check(false)).toThrow(expect.objectContaining({ code: 'INDEX_INVALID', hint: expect.stringContaining('--ignore-expiry') }));
  expect(() => check(true)).not.toThrow();
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
