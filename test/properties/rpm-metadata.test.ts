/**
 * Laws of RPM metadata: what is written reads back the same, and no bytes whatever make a reader fail in another way than with the error
 * for a user. Texts are limited to what XML can hold.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAppError } from '../../src/base/errors.ts';
import { isPrimaryPath, packageFromHeaders } from '../../src/rpm/package/package-from-header.ts';
import { readRpm } from '../../src/rpm/package/read-rpm.ts';
import type { RpmDependency, RpmFile, RpmPackage } from '../../src/rpm/package/rpm-package.ts';
import { parseFilelists } from '../../src/rpm/repodata/filelists.ts';
import { parsePrimary } from '../../src/rpm/repodata/primary.ts';
import { formatFilelists, formatPrimary } from '../../src/rpm/write/format-packages.ts';
import { makeRpm } from '../support/raw-rpm.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 20 }).map((raw) => raw.replaceAll(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g, ''));
const word = fc.stringMatching(/^[A-Za-z0-9._+~^-]{1,12}$/);
const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
const dependency: fc.Arbitrary<RpmDependency> = fc.oneof(
  fc
    .record({ name: word, pre: fc.constant(false) })
    .map(({ name, pre }) => ({ name, pre, flags: '' as const, epoch: '', version: '', release: '' })),
  fc.record({
    name: fc.oneof(word, fc.constant('(a if (b or /usr/x))'), fc.constant('lib"&<>.so')),
    flags: fc.constantFrom('EQ', 'LT', 'LE', 'GT', 'GE'),
    epoch: fc.constantFrom('', '0', '12'),
    version: word,
    release: fc.oneof(fc.constant(''), word),
    pre: fc.constant(false),
  }),
);
const list = fc.array(dependency, { maxLength: 4 });
const file: fc.Arbitrary<RpmFile> = fc.record({
  path: fc.tuple(fc.constantFrom('/etc/', '/usr/bin/', '/usr/share/'), text).map(([dir, name]) => `${dir}${name}`),
  type: fc.constantFrom('file', 'dir', 'ghost'),
});
const count = fc.nat({ max: 2 ** 31 - 1 });
/** A version or a release: the hyphen stands between them. */
const part = word.map((text) => text.replaceAll('-', '.'));
const pkg: fc.Arbitrary<RpmPackage> = fc.record({
  ...{ name: word, epoch: fc.constantFrom('0', '3'), version: part, release: part, arch: fc.constantFrom('x86_64', 'noarch') },
  checksum: fc.record({ algorithm: fc.constant('sha256' as const), hex }),
  location: word.filter((name) => name !== '.' && name !== '..').map((name) => `${name}.rpm`),
  locationBase: fc.constant(''),
  ...{
    summary: text,
    description: text,
    url: text,
    packager: text,
    vendor: text,
    license: text,
    group: text,
    buildhost: text,
    sourceRpm: text,
  },
  ...{
    timeFile: count,
    timeBuild: count,
    sizePackage: count,
    sizeInstalled: count,
    sizeArchive: count,
    headerStart: count,
    headerEnd: count,
  },
  files: fc.array(file, { maxLength: 4 }).map((files) => files.filter(({ path }) => isPrimaryPath(path))),
  ...{
    provides: list,
    requires: list,
    conflicts: list,
    obsoletes: list,
    suggests: list,
    enhances: list,
    recommends: list,
    supplements: list,
  },
});

/** Whoever reads a package lets it provide itself. */
function withItself(one: RpmPackage): RpmPackage {
  const { name, epoch, version, release } = one;
  return { ...one, provides: [...one.provides, { name, flags: 'EQ', epoch, version, release, pre: false }] };
}

describe('writing and reading', () => {
  it('primary gives back the packages', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(pkg, { maxLength: 4 }), async (packages) => {
        const xml = formatPrimary(packages.map((one) => ({ pkg: one, files: null })));
        expect(await parsePrimary(Buffer.from(xml), { source: 'x' })).toEqual(packages.map(withItself));
      }),
    );
  });

  it('filelists gives back the paths', async () => {
    await fc.assert(
      fc.asyncProperty(pkg, fc.array(file, { minLength: 1, maxLength: 8 }), async (one, files) => {
        const xml = formatFilelists([{ pkg: one, files }]);
        expect((await parseFilelists(Buffer.from(xml), () => true, { source: 'x' })).get(one.checksum.hex)).toEqual(files);
      }),
    );
  });
});

describe('any bytes', () => {
  const facts = { checksum: { algorithm: 'sha256', hex: 'a'.repeat(64) }, sizeBytes: 1, timeFileSec: 1, location: 'x.rpm' } as const;
  const sound = makeRpm({
    entries: [
      ...[1000, 1001, 1002, 1022, 1044].map((tag) => ({ tag, type: 6, value: Buffer.from('app\0'), count: 1 })),
      { tag: 1049, type: 8, value: Buffer.from('a\0bc\0'), count: 2 },
      { tag: 1048, type: 4, value: Buffer.alloc(8), count: 2 },
      { tag: 1117, type: 8, value: Buffer.from('x\0'), count: 1 },
    ],
    payload: Buffer.from('payload'),
  });

  it('make an RPM, or the error for a user', async () => {
    const change = fc.record({ at: fc.nat({ max: sound.length - 1 }), value: fc.nat({ max: 255 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat({ max: sound.length }), async (changes, length) => {
        const bytes = Buffer.from(sound);
        for (const { at, value } of changes) bytes[at] = value;
        for (const candidate of [bytes, bytes.subarray(0, length)]) {
          try {
            packageFromHeaders(await readRpm(candidate, 'x'), facts);
          } catch (error) {
            if (!isAppError(error, 'PACKAGE_INVALID')) throw error;
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('make metadata, or the error for a user', async () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      '/',
      '&',
      ';',
      '"',
      '<package type="rpm">',
      '</package>',
      '<metadata packages="1">',
      '</metadata>',
      ' x="',
      'a',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 20 }), async (parts) => {
        try {
          await parsePrimary(Buffer.from(parts.join('')), { source: 'x' });
        } catch (error) {
          if (!isAppError(error)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  });
});
