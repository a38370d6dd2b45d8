import { describe, expect, it } from 'vitest';
import { chooseIndexFiles } from '../../../src/deb/index/choose-index-files.ts';
import { parseRelease } from '../../../src/deb/index/release.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);
const HEAD =
  'Suite: stable\nCodename: bookworm\nDate: Sat, 11 Jul 2026 10:16:37 UTC\nArchitectures: all amd64\nComponents: main updates/contrib\n';

function releaseOf(extra: string, table = `SHA256:\n ${A} 10 main/binary-amd64/Packages\n ${B} 5 main/binary-amd64/Packages.xz\n`) {
  return parseRelease(`${HEAD}${extra}${table}`, 'https://example.test/Release');
}

describe('chooseIndexFiles', () => {
  const table = (paths: readonly string[]) => `SHA256:\n${paths.map((path) => ` ${A} 7 ${path}\n`).join('')}`;
  const names = (extra: string, paths: readonly string[], component: string | null = 'main') =>
    chooseIndexFiles(releaseOf(extra, table(paths)), { component, arch: 'amd64' }).map((file) => [
      file.name,
      file.variants.map((variant) => variant.compression).join(' '),
    ]);

  it('lists the forms best first, with the digest of the uncompressed content', () => {
    const release = releaseOf('Acquire-By-Hash: yes\n');
    const [file] = chooseIndexFiles(release, { component: 'main', arch: 'amd64' });
    expect(file?.variants).toEqual([
      {
        path: 'main/binary-amd64/Packages.xz',
        byHashPath: `main/binary-amd64/by-hash/SHA256/${B}`,
        digest: { algorithm: 'sha256', hex: B },
        sha256: null,
        sizeBytes: 5,
        compression: 'xz',
        plain: { digest: { algorithm: 'sha256', hex: A }, sha256: null, sizeBytes: 10 },
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
    ['Architectures: amd64\n', [...amd64, 'main/binary-all/Packages.gz'], [['main/binary-amd64/Packages', 'xz zst gz']]],
  ])('reads binary-all only when it is separate (%j)', (extra, paths, expected) => {
    expect(names(extra, paths)).toEqual(expected);
  });

  it.each([['Packages.gz'], ['./Packages.gz']])('finds %s in a flat repository, and keeps nothing by hash unless it says so', (path) => {
    const [file] = chooseIndexFiles(releaseOf('', table([path])), { component: null, arch: 'amd64' });
    expect(file?.variants).toMatchObject([{ path, byHashPath: null, compression: 'gz', plain: null }]);
  });

  it('knows bzip2, which old archives have alone', () => {
    expect(
      names(
        '',
        ['Packages', 'Packages.bz2', 'Packages.gz'].map((name) => `main/binary-amd64/${name}`),
      ),
    ).toEqual([['main/binary-amd64/Packages', 'gz bz2 none']]);
  });

  it('reads binary-all alone where there is nothing else, also when the Release names no architectures', () => {
    const all = ['main/binary-all/Packages.gz'];
    expect(names('', all)).toEqual([['main/binary-all/Packages', 'gz']]);
    const text = `Suite: x\n${table(all)}`;
    expect(chooseIndexFiles(parseRelease(text, 'x'), { component: 'main', arch: 'amd64' })).toMatchObject([
      { name: 'main/binary-all/Packages' },
    ]);
  });

  it('refuses a file whose line no file can fit, in any of the tables', () => {
    const path = 'main/binary-amd64/Packages';
    const text = `${HEAD}SHA256:\n zz 10 ${path}\nSHA512:\n ${'c'.repeat(128)} 10 ${path}\n`;
    expect(() => chooseIndexFiles(parseRelease(text, 'x'), { component: 'main', arch: 'amd64' })).toThrow(
      expect.objectContaining({ code: 'INDEX_INVALID', message: expect.stringContaining('fits no file') }),
    );
  });

  it('finds nothing in a component that has nothing for the architecture', () => {
    expect(names('', amd64, 'universe')).toEqual([]);
    expect(names('', amd64, null)).toEqual([]);
  });
});
