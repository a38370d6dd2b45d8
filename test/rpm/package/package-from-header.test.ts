import { describe, expect, it } from 'vitest';
import { compareRpmPackages, isPrimaryPath, packageFromHeaders } from '../../../src/rpm/package/package-from-header.ts';
import { readRpmHeaders } from '../../../src/rpm/package/read-rpm.ts';
import { formatRpmDependency } from '../../../src/rpm/package/rpm-package.ts';
import { DEPENDENCY_TAGS, FILE_GHOST, SENSE, TAG } from '../../../src/rpm/package/rpm-tags.ts';
import { toyRpm } from '../../lab/upstreams/toy-rpms.ts';
import { makeRpm, type RawEntry } from '../../support/raw-rpm.ts';

const texts = (tag: number, ...values: string[]): RawEntry => ({
  tag,
  type: 8,
  value: Buffer.from(values.map((value) => `${value}\0`).join('')),
  count: values.length,
});
const text = (tag: number, value: string): RawEntry => ({ ...texts(tag, value), type: 6 });
const numbers = (tag: number, ...values: number[]): RawEntry => {
  const value = Buffer.alloc(values.length * 4);
  for (const [at, one] of values.entries()) value.writeUInt32BE(one, at * 4);
  return { tag, type: 4, value, count: values.length };
};

const IDENTITY = [
  text(TAG.name, 'app'),
  text(TAG.version, '1.0'),
  text(TAG.release, '1.el9'),
  text(TAG.arch, 'x86_64'),
  text(TAG.sourceRpm, 'app.src.rpm'),
];
const FACTS = { checksum: { algorithm: 'sha256', hex: 'a'.repeat(64) }, sizeBytes: 10, timeFileSec: 5, location: 'app.rpm' } as const;

async function read(...entries: RawEntry[]) {
  return packageFromHeaders(await readRpmHeaders(makeRpm({ entries }), 'app.rpm'), FACTS);
}

/** `[name, flags, version]` as the header has them. */
function requires(...lines: [string, number, string][]): RawEntry[] {
  const [names, flags, versions] = DEPENDENCY_TAGS.requires;
  return [
    texts(names, ...lines.map(([name]) => name)),
    numbers(flags, ...lines.map(([, bits]) => bits)),
    texts(versions, ...lines.map(([, , version]) => version)),
  ];
}
const GE = SENSE.greater | SENSE.equal;

describe('the metadata of a header', () => {
  it('has name, version, sizes and where the headers stand', async () => {
    const { pkg } = await read(...IDENTITY, numbers(TAG.epoch, 3), numbers(TAG.size, 99));
    expect(pkg).toMatchObject({
      name: 'app',
      epoch: '3',
      version: '1.0',
      release: '1.el9',
      arch: 'x86_64',
      sizeInstalled: 99,
      sizePackage: 10,
      timeFile: 5,
    });
    expect(pkg.headerEnd).toBeGreaterThan(pkg.headerStart);
  });

  it('is for the architecture src when it is a source package', async () => {
    expect((await read(...IDENTITY.slice(0, 4))).pkg.arch).toBe('src');
  });

  it('is refused without a sound identity', async () => {
    for (const [at, bad] of [
      [0, text(TAG.name, 'a b')],
      [1, text(TAG.version, '')],
      [3, text(TAG.arch, '../x')],
    ] as const) {
      await expect(read(...IDENTITY.with(at, bad))).rejects.toMatchObject({ code: 'PACKAGE_INVALID' });
    }
  });

  it('lists every path, and in primary the usual ones', async () => {
    const { pkg, files } = await read(
      ...IDENTITY,
      texts(TAG.baseNames, 'app', 'app.conf', 'doc', 'log'),
      texts(TAG.dirNames, '/usr/bin/', '/etc/', '/usr/share/'),
      numbers(TAG.dirIndexes, 0, 1, 2, 2),
      { tag: TAG.fileModes, type: 3, value: Buffer.from([0x81, 0xed, 0x81, 0xa4, 0x41, 0xed, 0x81, 0xa4]), count: 4 },
      numbers(TAG.fileFlags, 0, 0, 0, FILE_GHOST),
    );
    expect(files).toEqual([
      { path: '/usr/bin/app', type: 'file' },
      { path: '/etc/app.conf', type: 'file' },
      { path: '/usr/share/doc', type: 'dir' },
      { path: '/usr/share/log', type: 'ghost' },
    ]);
    expect(pkg.files.map(({ path }) => path)).toEqual(['/usr/bin/app', '/etc/app.conf']);
  });
});

describe('requirements', () => {
  it('are published without rpm features, repetitions and all but the newest libc symbol', async () => {
    const { pkg } = await read(
      ...IDENTITY,
      ...requires(
        ['rpmlib(CompressedFileNames)', GE, '3.0'],
        ['libc.so.6()(64bit)', 0, ''],
        ['libc.so.6(GLIBC_2.9)(64bit)', 0, ''],
        ['libc.so.6(GLIBC_2.34)(64bit)', 0, ''],
        ['glibc', GE, '2:2.34-1'],
        ['glibc', GE, '2:2.34-1'],
        ['/bin/sh', SENSE.pre, ''],
      ),
    );
    expect(pkg.requires.map((one) => `${formatRpmDependency(one)}${one.pre ? ' (pre)' : ''}`)).toEqual([
      'glibc >= 2:2.34-1',
      '/bin/sh (pre)',
      'libc.so.6(GLIBC_2.34)(64bit)',
    ]);
  });

  it('of what the package has itself are left out', async () => {
    const [names, flags, versions] = DEPENDENCY_TAGS.provides;
    const provides = [texts(names, 'config(app)'), numbers(flags, SENSE.equal), texts(versions, '1.0-1')];
    const { pkg } = await read(
      ...IDENTITY,
      ...provides,
      ...requires(['config(app)', SENSE.equal, '1.0-1'], ['config(app)', SENSE.equal, '2.0-1']),
    );
    expect(pkg.requires.map(formatRpmDependency)).toEqual(['config(app) = 2.0-1']);
  });
});

it.each([
  ['/etc/x', true],
  ['/usr/bin/x', true],
  ['/opt/sbin/x', true],
  ['/usr/lib/sendmail', true],
  ['/usr/lib/sendmail.x', false],
  ['/etcetera', false],
])('%s is a path of primary: %s', (path, expected) => {
  expect(isPrimaryPath(path)).toBe(expected);
});

it('packages are listed by name, version as text, architecture, place', () => {
  const lines = ['a 1-1 noarch', 'a 10-1 noarch', 'a 2-1 aarch64', 'a 2-1 x86_64', 'b 1-1 noarch'];
  const packages = lines.map((line) => toyRpm(line));
  expect(packages.toReversed().sort(compareRpmPackages)).toEqual(packages);
});
