/**
 * The control half of a .deb (deb(5): an ar archive with debian-binary, control.tar, data.tar; deb-control(5), deb-md5sums(5),
 * deb-conffiles(5)). data.tar is not opened: the digests in md5sums and the conffiles name nearly every file. What they do not name:
 * symbolic links, and everything when a package was built without md5sums (`hasMd5sums` is false then).
 */
import { Header } from 'tar';
import { AppError, messageOf } from '../../base/errors.ts';
import { parseStanza, type Stanza } from './deb822.ts';

/** A file of which any part can be read. The caller opens and closes it; nothing here touches the disk. */
export interface DebBytes {
  /** For messages. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Exactly `length` bytes from `offset`; both lie inside the file. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Decompresses a small member as a whole and refuses more than `maxBytes`. */
export type DecompressMember = (bytes: Uint8Array, compression: 'none' | 'gz' | 'xz' | 'zst', maxBytes: number) => Promise<Uint8Array>;

/** What the control half says. Paths are absolute, as they will be on the host. */
export interface DebArchive {
  /** The control stanza as it is in the package. */
  readonly stanza: string;
  readonly fields: Stanza;
  /** Path → lower-case md5 of the content. Conffiles are not among them. */
  readonly md5sums: ReadonlyMap<string, string>;
  readonly hasMd5sums: boolean;
  readonly conffiles: readonly string[];
  /** Paths that preinst diverts for this package with dpkg-divert, as far as its text shows. */
  readonly diversions: readonly string[];
}

const MAX_CONTROL_BYTES = 64 * 1024 * 1024;
const MAX_CONTROL_PACKED_BYTES = 32 * 1024 * 1024;
const MAX_MEMBERS = 16;
const AR_MAGIC = '!<arch>\n';
const COMPRESSIONS = { 'control.tar': 'none', 'control.tar.gz': 'gz', 'control.tar.xz': 'xz', 'control.tar.zst': 'zst' } as const;

/**
 * Reads the control half.
 *
 * @throws {AppError} `PACKAGE_INVALID` naming the file and what is wrong with it.
 */
export async function readDebArchive(file: DebBytes, decompress: DecompressMember): Promise<DebArchive> {
  try {
    const member = await findControl(file);
    const packed = await file.read(member.offset, member.sizeBytes);
    const tar = await decompress(packed, member.compression, MAX_CONTROL_BYTES);
    return readControl(readTarFiles(Buffer.from(tar.buffer, tar.byteOffset, tar.length)), file.name);
  } catch (error) {
    throw new AppError('PACKAGE_INVALID', `${file.name} is not a usable Debian package: ${messageOf(error)}`, { cause: error });
  }
}

interface Member {
  readonly offset: number;
  readonly sizeBytes: number;
  readonly compression: 'none' | 'gz' | 'xz' | 'zst';
}

async function findControl(file: DebBytes): Promise<Member> {
  const magic = file.sizeBytes < 68 ? new Uint8Array() : await file.read(0, 8);
  if (Buffer.from(magic).toString('latin1') !== AR_MAGIC) throw new Error('no ar archive');
  let at = 8;
  for (let count = 0; count < MAX_MEMBERS && at + 60 <= file.sizeBytes; count += 1) {
    const header = Buffer.from(await file.read(at, 60)).toString('latin1');
    const name = header.slice(0, 16).trimEnd().replace(/\/$/, '');
    const size = header.slice(48, 58).trimEnd();
    if (!header.endsWith('`\n') || !/^\d+$/.test(size) || at + 60 + Number(size) > file.sizeBytes) throw new Error('a damaged ar header');
    if (count === 0) await assertVersion(file, name, at + 60, Number(size));
    if (Object.hasOwn(COMPRESSIONS, name)) {
      if (Number(size) > MAX_CONTROL_PACKED_BYTES) throw new Error(`${name} is too large`);
      return { offset: at + 60, sizeBytes: Number(size), compression: COMPRESSIONS[name as keyof typeof COMPRESSIONS] };
    }
    at += 60 + Number(size) + (Number(size) % 2);
  }
  throw new Error('no control.tar with a known compression');
}

async function assertVersion(file: DebBytes, name: string, offset: number, sizeBytes: number): Promise<void> {
  const text = name === 'debian-binary' && sizeBytes < 64 ? Buffer.from(await file.read(offset, sizeBytes)).toString('latin1') : '';
  if (!text.startsWith('2.')) throw new Error('no debian-binary of format 2');
}

/** Regular files of a small tar, by name without leading `./`. */
function readTarFiles(tar: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (let at = 0; at + 512 <= tar.length; ) {
    const header = new Header(tar.subarray(at, at + 512));
    if (header.nullBlock) break;
    const size = header.size ?? 0;
    if (!header.cksumValid || at + 512 + size > tar.length) throw new Error('a damaged control.tar');
    if (header.type === 'File' || header.type === 'OldFile')
      files.set((header.path ?? '').replace(/^\.\//, ''), tar.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

function readControl(files: ReadonlyMap<string, Buffer>, name: string): DebArchive {
  const stanza = files.get('control')?.toString('utf8');
  if (stanza === undefined) throw new Error('no control file');
  const fields = parseStanza(stanza, name);
  const absent = ['package', 'version', 'architecture'].filter((field) => !fields.has(field));
  if (absent.length > 0) throw new Error(`control lacks ${absent.join(', ')}`);
  const linesOf = (member: string): string[] =>
    (files.get(member)?.toString('utf8') ?? '').split('\n').filter((line) => line.trim() !== '');
  return {
    stanza: `${stanza.trim()}\n`,
    fields,
    md5sums: new Map(linesOf('md5sums').flatMap(parseMd5Line)),
    hasMd5sums: files.has('md5sums'),
    // A conffile may be preceded by flags (remove-on-upgrade): then it is not shipped.
    conffiles: linesOf('conffiles')
      .map((line) => line.trim())
      .filter((line) => line.startsWith('/')),
    diversions: findDiversions(files.get('preinst')?.toString('utf8') ?? ''),
  };
}

function parseMd5Line(line: string): [string, string][] {
  const match = /^([0-9a-f]{32}) [ *](?:\.?\/)?(.+)$/.exec(line);
  return match === null ? [] : [[`/${match[2]}`, match[1]!]];
}

/** `dpkg-divert … --add … /path`: the last absolute path that is not an option's value. Shell variables are not expanded. */
function findDiversions(script: string): string[] {
  const diverted: string[] = [];
  for (const line of script.replaceAll('\\\n', ' ').split(/[\n;]/)) {
    if (!/\bdpkg-divert\b/.test(line) || /--(?:remove|list|listpackage|truename)\b/.test(line)) continue;
    const words = line.slice(line.indexOf('dpkg-divert')).replaceAll(/["']/g, '').split(/\s+/);
    const path = words.findLast((word, i) => word.startsWith('/') && words[i - 1] !== '--divert');
    if (path !== undefined) diverted.push(path);
  }
  return diverted.sort();
}
