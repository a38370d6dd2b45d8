import { describe, expect, it } from 'vitest';
import { chooseIndexFiles } from '../../../src/deb/index/choose-index-files.ts';
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

describe('chooseIndexFiles', () => {
  const table = (paths: readonly string[]) => `SHA256:\n${paths.map((path) => ` ${A} 7 ${path}\n`).join('')}`;
  const names = (extra: string, paths: readonly string[], component: string | null = 'main') =>
    chooseIndexFiles(releaseOf(extra, table(paths)), { component, arch: 'amd64', what: 'x' }).map((file) => [
      file.name,
      file.variants.map((variant) => variant.compression).join(' '),
    ]);

  it('lists the forms best first, with the digest of the uncompressed content', () => {
    const release = releaseOf('Acquire-By-Hash: yes\n');
    const [file] = chooseIndexFiles(release, { component: 'main', arch: 'amd64', what: 'x' });
    expect(file?.variants).toEqual([
      {
        path: 'main/binary-amd64/Packages.xz',
        byHashPath: `main/binary-amd64/by-hash/SHA256/${B}`,
        digest: { algorithm: 'sha256', hex: B },
        sizeBytes: 5,
        compression: 'xz',
        plain: { digest: { algorithm: 'sha256', hex: A }, sizeBytes: 10 },
      },
      expect.objectContaining({ compression: 'none', byHashPath: `main/binary-amd64/by-hash/SHA256/${A}` }),
    ]);
  });

  const amd64 = ['gz', 'xz', 'zst'].map((suffix) => `main/binary-amd64/Packages.${suffix}`);
  it.each([
    ['', amd64, [['main/binary-amd64/Packages', 'xz zst gz']]],
    [
      '',
      [...amd64, 'main/binary-all/Packages.gz'],
      [
        ['main/binary-amd64/Packages', 'xz zst gz'],
        ['main/binary-all/Packages', 'gz'],
      ],
    ],
    [
      'No-Support-for-Architecture-all: Packages\n',
      [...amd64, 'main/binary-all/Packages.gz'],
      [['main/binary-amd64/Packages', 'xz zst gz']],
    ],
  ])('reads binary-all only when it is separate (%j)', (extra, paths, expected) => {
    expect(names(extra, paths)).toEqual(expected);
  });

  it.each([['Packages.gz'], ['./Packages.gz']])('finds %s in a flat repository, and keeps nothing by hash unless it says so', (path) => {
    const [file] = chooseIndexFiles(releaseOf('', table([path])), { component: null, arch: 'amd64', what: 'x' });
    expect(file?.variants).toMatchObject([{ path, byHashPath: null, compression: 'gz', plain: null }]);
  });

  it('says what there is when the component is not', () => {
    expect(() => names('', amd64, 'universe')).toThrow(
      expect.objectContaining({ code: 'INDEX_INVALID', hint: expect.stringMatching(/main contrib.*all amd64/) }),
    );
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
