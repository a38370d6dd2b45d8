/**
 * Builds a valid binary package in memory (deb(5)): an ar archive with a version, the control fields and the files. Same input, same bytes.
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { Header } from 'tar';

/** Control fields in the order they are written. `Package`, `Version`, `Architecture`, `Maintainer` and `Description` are needed. */
export type ControlFields = Readonly<Record<string, string>>;

/** Absolute path → content. */
export type PackageFiles = Readonly<Record<string, string>>;

/** The bytes of a package. All times are `mtimeSec`, everything belongs to root. */
export function buildDeb(control: ControlFields, files: PackageFiles, mtimeSec: number): Buffer {
  const digests = Object.entries(files).map(([path, text]) => `${createHash('md5').update(text).digest('hex')}  ${path.slice(1)}\n`);
  const controlTar = buildTar({ '/control': formatControl(control), '/md5sums': digests.join('') }, mtimeSec);
  const members: readonly [string, Buffer][] = [
    ['debian-binary', Buffer.from('2.0\n')],
    ['control.tar.gz', gzipSync(controlTar)],
    ['data.tar.gz', gzipSync(buildTar(files, mtimeSec))],
  ];
  return Buffer.concat([Buffer.from('!<arch>\n'), ...members.map(([name, bytes]) => arMember(name, bytes, mtimeSec))]);
}

/** A stanza with a final newline. */
export function formatControl(control: ControlFields): string {
  return `${Object.entries(control)
    .map(([field, value]) => `${field}: ${value}`)
    .join('\n')}\n`;
}

function arMember(name: string, bytes: Buffer, mtimeSec: number): Buffer {
  const columns = [
    name.padEnd(16),
    String(mtimeSec).padEnd(12),
    '0'.padEnd(6),
    '0'.padEnd(6),
    '100644'.padEnd(8),
    String(bytes.length).padEnd(10),
  ];
  const padding = bytes.length % 2 === 1 ? '\n' : '';
  return Buffer.concat([Buffer.from(`${columns.join('')}\`\n`), bytes, Buffer.from(padding)]);
}

function buildTar(files: PackageFiles, mtimeSec: number): Buffer {
  const directories = new Set<string>(['./']);
  for (const path of Object.keys(files)) {
    for (let slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) directories.add(`.${path.slice(0, slash + 1)}`);
  }
  const blocks = [...directories].sort().map((path) => tarHeader(path, 'Directory', 0, mtimeSec));
  for (const path of Object.keys(files).sort()) {
    const bytes = Buffer.from(files[path] ?? '');
    blocks.push(tarHeader(`.${path}`, 'File', bytes.length, mtimeSec), bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512));
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function tarHeader(path: string, type: 'File' | 'Directory', size: number, mtimeSec: number): Buffer {
  const mode = type === 'File' ? 0o644 : 0o755;
  const header = new Header({ path, mode, uid: 0, gid: 0, uname: 'root', gname: 'root', size, mtime: new Date(mtimeSec * 1000), type });
  header.encode();
  if (header.block === undefined || header.needPax) throw new Error(`path too long for a plain tar header: ${path}`);
  return header.block;
}
