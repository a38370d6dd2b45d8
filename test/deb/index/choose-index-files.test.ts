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
