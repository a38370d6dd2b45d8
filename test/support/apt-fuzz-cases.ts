/** Small repositories and status files, damaged, one kind after the other: the questions of the differential test against apt. */
import { execFileSync } from 'node:child_process';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { xzSync } from 'node-liblzma';
import { type SigningKey, signDetached } from '../../src/trust/signing.ts';
import { type ArchiveFiles, sha256, sha512, TOY_DATE_SEC } from '../lab/upstreams/toy-archive.ts';
import { type Damage, mutate, type Random, replaceAt, type Step } from './deb-mutations.ts';

/** What is damaged. */
export const FUZZ_KINDS = ['release', 'flat-release', 'packages', 'bare', 'status'] as const;
export type FuzzKind = (typeof FUZZ_KINDS)[number];

/** One question: files of a repository (none for a status file), and what was done to them. */
export interface FuzzCase {
  readonly kind: FuzzKind;
  readonly files: ArchiveFiles;
  /** Empty but for `status`. */
  readonly status: Buffer;
  /** The damaged text, latin-1. */
  readonly text: string;
  readonly steps: readonly string[];
}

/** Makes the case that `random` says. */
export async function fuzzCase(kind: FuzzKind, random: Random, key: SigningKey): Promise<FuzzCase> {
  return MAKERS[kind](random, key);
}

const MAKERS: Readonly<Record<FuzzKind, (random: Random, key: SigningKey) => Promise<FuzzCase>>> = {
  release: (random, key) => signedCase('release', 'dists/toy/', SUITE_INDEXES, random, key),
  'flat-release': (random, key) => signedCase('flat-release', '', { Packages: packages('flat') }, random, key),
  packages: packagesCase,
  bare: bareCase,
  status: statusCase,
};

function stanza(name: string, more = ''): string {
  const sums = `Size: 100\nSHA256: ${sha256(Buffer.from(name))}\nSHA512: ${sha512(Buffer.from(name))}\n`;
  return `Package: ${name}\nVersion: 1.0-1\nArchitecture: amd64\nMaintainer: x <x@example.test>\n${more}Filename: pool/${name}_1.0-1_amd64.deb\n${sums}Description: ${name}\n long text\n .\n more\n`;
}

function packages(...names: readonly string[]): Buffer {
  return Buffer.from(names.map((name) => stanza(name)).join('\n'));
}

const SUITE_INDEXES: Readonly<Record<string, Buffer>> = {
  'main/binary-amd64/Packages': packages('main-amd64'),
  'main/binary-all/Packages': packages('main-all'),
  'extra/binary-amd64/Packages': packages('extra-amd64'),
};

const DATES = [
  'Fri, 02 Jan 2026 00:00:00 UTC', 'Fri, 2 Jan 2026 0:00:00 GMT', 'Fri, 02 Jan 2026 02:00:00 +0200', 'Fri, 02 Jan 2026 00:00:00 +0000', '2026-01-02 00:00:00 UTC',
  'Fri Jan  2 00:00:00 2026', 'Friday, 02-Jan-26 00:00:00 GMT', 'Fri, 02 Jan 2226 00:00:00 UTC', 'Fri, 32 Jan 2026 00:00:00 UTC', 'Fri, 02 Jan 2026', 'now', '',
]; // biome-ignore format: a table
const ENDS = [...DATES, 'Fri, 02 Jan 2226 00:00:00 Z', 'Fri, 02 Jan 2226 00:00:00 utc', 'never'];

const RELEASE_DAMAGE: Damage = {
  values: {
    Date: DATES,
    'Valid-Until': ENDS,
    Architectures: ['all amd64', 'amd64', 'all', 'i386', 'amd64 all', ''],
    Components: ['main extra', 'main', 'extra', 'updates/main extra', 'other', ''],
    'No-Support-for-Architecture-all': ['Packages', 'yes', ''],
    'Acquire-By-Hash': ['yes', 'no'],
    Suite: ['toy', 'other', '', '../toy'],
    Codename: ['toy', 'other', ''],
    NotAutomatic: ['yes', 'maybe'],
    SHA256: ['', 'x', 'x 1 y'],
    SHA1: ['', '\n 0123456789012345678901234567890123456789 1 x'],
    MD5Sum: ['', '\n 0123 1 x'],
  },
  more: {
    'a digest cut': ofTable((line) => line.replace(/[0-9a-f] /, ' ')),
    'a digest in capitals': ofTable((line) => line.replace(/[0-9a-f]{64,}/, (hex) => hex.toUpperCase())),
    'another digest': ofTable((line) => line.replace(/[0-9a-f]{64,}/, (hex) => hex.replaceAll('a', 'b'))),
    'another size': ofTable((line) => line.replace(/ (\d+) /, ' 7 ')),
    'a negative size': ofTable((line) => line.replace(/ (\d+) /, ' -$1 ')),
    'a path upwards': ofTable((line) => line.replace(/ (\S+)$/, ' ../$1')),
    'an absolute path': ofTable((line) => line.replace(/ (\S+)$/, ' /$1')),
    'a path with ./': ofTable((line) => line.replace(/ (\S+)$/, ' ./$1')),
    'one word more': ofTable((line) => `${line} more`),
    'one word less': ofTable((line) => line.replace(/ \S+$/, '')),
    'tables under another name': replaceAt((line) => line.replace(/^SHA256:/, 'SHA512:')),
    'no SHA512': (lines) => {
      const start = lines.indexOf('SHA512:');
      if (start >= 0) lines.splice(start, 1 + lines.slice(start + 1).filter((line) => line.startsWith(' ')).length);
    },
  },
};

/** Damages a line of a file table, if it hits one. */
function ofTable(change: (line: string) => string): Step {
  return (lines, random) => {
    const places = lines.flatMap((line, index) => (/^ [0-9a-f]{64}/i.test(line) ? [index] : []));
    const place = places[random(Math.max(1, places.length))];
    if (place !== undefined) lines[place] = change(lines[place] ?? '');
  };
}

async function signedCase(
  kind: FuzzKind,
  dir: string,
  indexes: Readonly<Record<string, Buffer>>,
  random: Random,
  key: SigningKey,
): Promise<FuzzCase> {
  const table = (digest: (bytes: Buffer) => string) =>
    Object.entries(indexes)
      .map(([name, bytes]) => ` ${digest(bytes)} ${bytes.length} ${name}\n`)
      .join('');
  const head =
    'Origin: Toy\nLabel: Toy\nSuite: toy\nCodename: toy\nDate: Fri, 02 Jan 2026 00:00:00 UTC\nArchitectures: all amd64\nComponents: main extra\n';
  const { text, steps } = mutate(`${head}SHA256:\n${table(sha256)}SHA512:\n${table(sha512)}`, RELEASE_DAMAGE, random);
  const release = Buffer.from(text, 'latin1');
  const signature = await signDetached(release, key, TOY_DATE_SEC);
  const files = new Map(Object.entries(indexes).map(([name, bytes]) => [`${dir}${name}`, bytes]));
  files.set(`${dir}Release`, release).set(`${dir}Release.gpg`, Buffer.from(signature));
  return { kind, files, status: Buffer.alloc(0), text, steps };
}

const RECORD_VALUES: Damage['values'] = {
  Package: ['a', 'B', 'a_b', 'a b', '-a', 'ä', ''],
  Version: ['2', '1:2-3', '1~rc1', '1 2', 'v1', '1_2', '0:1-', '', '1.0-1+b1'],
  Architecture: ['amd64', 'all', 'i386', 'any', 'AMD64', 'x 86', ''],
  'Multi-Arch': ['same', 'foreign', 'allowed', 'other', ''],
  Essential: ['yes', 'no', 'maybe'],
  Depends: ['b', 'b, c (>= 1)', 'b |', 'b | c', 'b,', ',b', 'b,, c', 'b c', 'b (1)', 'b (>= 1', 'b:any (= 1)', 'b (> 1)', 'b [amd64]', '$' + '{x}', 'b (== 1)', '', 'b (>= 1_2)', 'B'],
  Provides: ['v', 'v (= 1)', 'v (>= 1)', 'v | w', 'v w', ''],
  Conflicts: ['c', 'c (<< 2)', 'c d', 'a_b'],
}; // biome-ignore format: a table

const PACKAGES_DAMAGE: Damage = {
  values: {
    ...RECORD_VALUES,
    Filename: ['pool/x.deb', './x.deb', '/x.deb', '../x.deb', 'pool/../x.deb', 'x y.deb', ''],
    Size: ['5', '0', '-1', '0x10', '1e3', 'many', '', '99999999999999999999'],
    SHA256: ['0'.repeat(64), 'A'.repeat(64), '0'.repeat(63), 'zz', ''],
    SHA512: ['0'.repeat(128), '0'.repeat(64), ''],
    MD5sum: ['0'.repeat(32)],
  },
  more: {
    'no SHA256': (lines) => removeField(lines, 'SHA256'),
    'no SHA512': (lines) => removeField(lines, 'SHA512'),
    'no Size': (lines) => removeField(lines, 'Size'),
    'a stanza twice': (lines) => void lines.splice(0, 0, ...lines.slice(0, lines.indexOf('') + 1)),
    'no empty line between stanzas': (lines) => {
      const empty = lines.indexOf('');
      if (empty >= 0) lines.splice(empty, 1);
    },
  },
};

function removeField(lines: string[], field: string): void {
  const place = lines.findIndex((line) => line.startsWith(`${field}:`));
  if (place >= 0) lines.splice(place, 1);
}

async function packagesCase(random: Random): Promise<FuzzCase> {
  const whole = [
    stanza('one', 'Depends: two (>= 1), three\n'),
    stanza('two', 'Provides: v (= 1)\n'),
    stanza('three', 'Conflicts: c\n'),
  ].join('\n');
  const { text, steps } = mutate(whole, PACKAGES_DAMAGE, random);
  const index = Buffer.from(text, 'latin1');
  const release = `Suite: toy\nDate: Fri, 02 Jan 2026 00:00:00 UTC\nSHA256:\n ${sha256(index)} ${index.length} Packages\n`;
  const files = new Map([
    ['Packages', index],
    ['Release', Buffer.from(release)],
  ]);
  return { kind: 'packages', files, status: Buffer.alloc(0), text, steps };
}

const PACKERS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  '': (bytes) => bytes,
  '.gz': (bytes) => gzipSync(bytes),
  '.xz': (bytes) => xzSync(bytes),
  '.zst': (bytes) => zstdCompressSync(bytes),
  '.bz2': (bytes) => execFileSync('bzip2', ['-c'], { input: bytes }),
};

/** A directory without a Release, with some forms of the list, each of its own content, some of them damaged. */
async function bareCase(random: Random): Promise<FuzzCase> {
  const files: ArchiveFiles = new Map();
  const steps: string[] = [];
  const texts: string[] = [];
  for (const [suffix, pack] of Object.entries(PACKERS)) {
    if (random(3) > 0) continue;
    const { text, steps: done } =
      random(2) === 0
        ? { text: stanza(`in${suffix.slice(1)}`), steps: [] }
        : mutate(stanza(`in${suffix.slice(1)}`), PACKAGES_DAMAGE, random);
    texts.push(text);
    const packed = pack(Buffer.from(text, 'latin1'));
    const isCut = suffix !== '' && random(6) === 0;
    files.set(`Packages${suffix}`, isCut ? packed.subarray(0, packed.length >> 1) : packed);
    steps.push(`Packages${suffix}${isCut ? ' cut' : ''}`, ...done);
  }
  return { kind: 'bare', files, status: Buffer.alloc(0), text: texts.join('\n'), steps };
}

const STATES = [
  ...['install ok installed', 'hold ok installed', 'deinstall ok installed', 'deinstall ok config-files', 'install ok not-installed'],
  ...['install ok unpacked', 'install ok half-configured', 'install ok triggers-pending', 'install ok triggers-awaited'],
  ...['install reinstreq half-installed', 'install ok', 'nonsense', ''],
];

function installed(name: string): string {
  return `Package: ${name}\nStatus: install ok installed\nPriority: optional\nArchitecture: amd64\nVersion: 1.0-1\nDepends: libc\nConffiles:\n /etc/${name} 0123\nDescription: ${name}\n long\n`;
}

async function statusCase(random: Random): Promise<FuzzCase> {
  const whole = ['one', 'two', 'three'].map(installed).join('\n');
  const { text, steps } = mutate(whole, { values: { ...RECORD_VALUES, Status: STATES } }, random);
  return { kind: 'status', files: new Map(), status: Buffer.from(text, 'latin1'), text, steps };
}
