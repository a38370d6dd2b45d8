/**
 * Builds a valid, signed RPM in memory (https://rpm.org/docs/latest/manual/format_v4.html): lead, signature header, header, and a gzipped
 * cpio archive of text files. Same input, same bytes but for the signature. Scriptlets and links are left out.
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { readSignature } from 'openpgp';
import { type SigningKey, signDetached } from '../../../src/trust/signing.ts';

/** What goes into a package. */
export interface TinyRpm {
  readonly name: string;
  readonly version: string;
  readonly release: string;
  readonly arch: string;
  readonly summary: string;
  /** Capabilities without version. */
  readonly provides: readonly string[];
  readonly requires: readonly string[];
  /** Absolute path → content. */
  readonly files: Readonly<Record<string, string>>;
}

const TYPE = { int16: 3, int32: 4, string: 6, binary: 7, strings: 8, i18n: 9 } as const;
const REGION_BYTES = 16;
const LESS_EQUAL = 0x0a;
const EQUAL = 0x08;
const RPMLIB = 0x01000000;
const SHA256 = 8;
const FEATURES = [
  ['rpmlib(CompressedFileNames)', '3.0.4-1'],
  ['rpmlib(FileDigests)', '4.6.0-1'],
  ['rpmlib(PayloadFilesHavePrefix)', '4.0-1'],
] as const;

type Entry = readonly [tag: number, type: number, count: number, data: Buffer];

/** The bytes of a package, its header signed by `signer`. */
export async function buildRpm(rpm: TinyRpm, signer: SigningKey, mtimeSec: number): Promise<Buffer> {
  const archive = cpioArchive(rpm.files, mtimeSec);
  const payload = gzipSync(archive, { level: 9 });
  payload[9] = 3;
  const header = headerBytes(63, mainEntries(rpm, archive, payload, mtimeSec));
  const signature = await readSignature({ armoredSignature: await signDetached(header, signer, mtimeSec) });
  const signatures = headerBytes(62, [
    entry(268, TYPE.binary, Buffer.from(signature.packets.write())),
    text(269, digest('sha1', header)),
    text(273, digest('sha256', header)),
    int32(1000, [header.length + payload.length]),
    entry(1004, TYPE.binary, createHash('md5').update(header).update(payload).digest()),
    int32(1007, [archive.length]),
  ]);
  const padding = Buffer.alloc((8 - (signatures.length % 8)) % 8);
  return Buffer.concat([lead(rpm), signatures, padding, header, payload]);
}

function mainEntries(rpm: TinyRpm, archive: Buffer, payload: Buffer, mtimeSec: number): Entry[] {
  const evr = `${rpm.version}-${rpm.release}`;
  const provides = [rpm.name, ...rpm.provides];
  const requires = [...rpm.requires.map((name) => [name, ''] as const), ...FEATURES];
  const size = Object.values(rpm.files).reduce((sum, content) => sum + Buffer.byteLength(content), 0);
  return [
    strings(100, ['C']),
    ...[text(1000, rpm.name), text(1001, rpm.version), text(1002, rpm.release), i18n(1004, rpm.summary), i18n(1005, rpm.summary)],
    ...[
      int32(1006, [mtimeSec]),
      text(1007, 'embedded.example.test'),
      int32(1009, [size]),
      text(1014, 'Apache-2.0'),
      i18n(1016, 'Unspecified'),
    ],
    ...[text(1021, 'linux'), text(1022, rpm.arch), text(1044, `${rpm.name}-${evr}.src.rpm`), text(1064, '4.16.1.3')],
    ...[strings(1047, provides), strings(1113, [evr, ...rpm.provides.map(() => '')]), int32(1112, [EQUAL, ...rpm.provides.map(() => 0)])],
    strings(
      1049,
      requires.map(([name]) => name),
    ),
    strings(
      1050,
      requires.map(([, version]) => version),
    ),
    int32(
      1048,
      requires.map(([, version]) => (version === '' ? 0 : RPMLIB | LESS_EQUAL)),
    ),
    ...fileEntries(rpm.files, mtimeSec),
    ...[text(1124, 'cpio'), text(1125, 'gzip'), text(1126, '9'), text(5062, 'utf-8')],
    ...[strings(5092, [digest('sha256', payload)]), int32(5093, [SHA256]), strings(5097, [digest('sha256', archive)])],
  ];
}

function fileEntries(files: TinyRpm['files'], mtimeSec: number): Entry[] {
  const paths = Object.keys(files).sort();
  const directories = [...new Set(paths.map(directoryOf))];
  const each = <T>(value: (path: string, at: number) => T): T[] => paths.map(value);
  return [
    int32(
      1028,
      each((path) => Buffer.byteLength(files[path] ?? '')),
    ),
    int16(
      1030,
      each(() => 0o100644),
    ),
    int16(
      1033,
      each(() => 0),
    ),
    int32(
      1034,
      each(() => mtimeSec),
    ),
    strings(
      1035,
      each((path) => digest('sha256', Buffer.from(files[path] ?? ''))),
    ),
    strings(
      1036,
      each(() => ''),
    ),
    int32(
      1037,
      each(() => 0),
    ),
    strings(
      1039,
      each(() => 'root'),
    ),
    strings(
      1040,
      each(() => 'root'),
    ),
    int32(
      1045,
      each(() => 0xffffffff),
    ),
    int32(
      1095,
      each(() => 1),
    ),
    int32(
      1096,
      each((_path, at) => at + 1),
    ),
    strings(
      1097,
      each(() => ''),
    ),
    int32(
      1116,
      each((path) => directories.indexOf(directoryOf(path))),
    ),
    strings(
      1117,
      each((path) => path.slice(directoryOf(path).length)),
    ),
    strings(1118, directories),
    int32(5011, [SHA256]),
  ];
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** Index and data of a header, closed by the region that says all of it belongs together. */
function headerBytes(region: number, entries: readonly Entry[]): Buffer {
  const sorted = [...entries].sort(([a], [b]) => a - b);
  const index: Buffer[] = [];
  const data: Buffer[] = [];
  let offset = 0;
  for (const [tag, type, count, bytes] of sorted) {
    const align = type === TYPE.int32 ? 4 : type === TYPE.int16 ? 2 : 1;
    const gap = (align - (offset % align)) % align;
    index.push(uint32s(tag, type, offset + gap, count));
    data.push(Buffer.alloc(gap), bytes);
    offset += gap + bytes.length;
  }
  const trailer = uint32s(region, TYPE.binary, -(REGION_BYTES * (sorted.length + 1)) >>> 0, REGION_BYTES);
  const intro = Buffer.concat([Buffer.from('8eade80100000000', 'hex'), uint32s(sorted.length + 1, offset + trailer.length)]);
  return Buffer.concat([intro, uint32s(region, TYPE.binary, offset, REGION_BYTES), ...index, ...data, trailer]);
}

function lead({ name, version, release }: TinyRpm): Buffer {
  const bytes = Buffer.alloc(96);
  bytes.write('edabeedb03000000', 'hex');
  bytes.writeUInt16BE(1, 8);
  bytes.write(`${name}-${version}-${release}`.slice(0, 65), 10);
  bytes.writeUInt16BE(1, 76);
  bytes.writeUInt16BE(5, 78);
  return bytes;
}

/** The `newc` form of cpio(5). */
function cpioArchive(files: TinyRpm['files'], mtimeSec: number): Buffer {
  const paths = Object.keys(files).sort();
  const members = paths.map((path, at) => cpioMember(`.${path}`, Buffer.from(files[path] ?? ''), at + 1, 0o100644, mtimeSec));
  return Buffer.concat([...members, cpioMember('TRAILER!!!', Buffer.alloc(0), 0, 0, 0)]);
}

function cpioMember(name: string, content: Buffer, inode: number, mode: number, mtimeSec: number): Buffer {
  const numbers = [inode, mode, 0, 0, 1, mtimeSec, content.length, 0, 0, 0, 0, name.length + 1, 0];
  const head = Buffer.from(`070701${numbers.map((number) => number.toString(16).padStart(8, '0')).join('')}${name}\0`);
  return Buffer.concat([padded(head), padded(content)]);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

function entry(tag: number, type: number, data: Buffer): Entry {
  return [tag, type, data.length, data];
}

function text(tag: number, value: string): Entry {
  return [tag, TYPE.string, 1, Buffer.from(`${value}\0`)];
}

function i18n(tag: number, value: string): Entry {
  return [tag, TYPE.i18n, 1, Buffer.from(`${value}\0`)];
}

function strings(tag: number, values: readonly string[]): Entry {
  return [tag, TYPE.strings, values.length, Buffer.from(values.map((value) => `${value}\0`).join(''))];
}

function int32(tag: number, values: readonly number[]): Entry {
  return [tag, TYPE.int32, values.length, uint32s(...values)];
}

function int16(tag: number, values: readonly number[]): Entry {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [at, value] of values.entries()) bytes.writeUInt16BE(value, at * 2);
  return [tag, TYPE.int16, values.length, bytes];
}

function uint32s(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [at, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, at * 4);
  return bytes;
}

function digest(algorithm: string, bytes: Buffer): string {
  return createHash(algorithm).update(bytes).digest('hex');
}
