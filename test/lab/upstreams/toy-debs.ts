/** Real .deb files built with dpkg-deb, for tests against apt and dpkg. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LockedPackage } from '../../../src/lock/lock.ts';

/** A package to build. */
export interface ToyDeb {
  readonly name: string;
  readonly version: string;
  readonly depends?: string;
  /** More control lines, each ended. */
  readonly control?: string;
  /** Path in the package → content. */
  readonly files?: Readonly<Record<string, string>>;
  readonly preinst?: string;
  readonly conffiles?: readonly string[];
  readonly compression?: 'xz' | 'gzip' | 'zstd' | 'none';
  /** Name on disk; by default without the epoch, as the archive does. */
  readonly fileName?: string;
}

/** A built package. */
export interface BuiltDeb {
  readonly filePath: string;
  readonly stanza: string;
  readonly locked: LockedPackage;
}

/** Builds a package into `dir`. */
export function buildDeb(dir: string, deb: ToyDeb): BuiltDeb {
  const root = join(dir, `${deb.name}.root`);
  const stanza = `Package: ${deb.name}\nVersion: ${deb.version}\nArchitecture: all\nMaintainer: Test <test@example.test>\n${
    deb.depends === undefined ? '' : `Depends: ${deb.depends}\n`
  }${deb.control ?? ''}Description: toy\n more text\n`;
  put(join(root, 'DEBIAN/control'), stanza);
  if (deb.preinst !== undefined) put(join(root, 'DEBIAN/preinst'), deb.preinst, 0o755);
  if (deb.conffiles !== undefined) put(join(root, 'DEBIAN/conffiles'), `${deb.conffiles.join('\n')}\n`);
  const sums: string[] = [];
  for (const [path, content] of Object.entries(deb.files ?? {})) {
    put(join(root, path), content);
    sums.push(`${createHash('md5').update(content).digest('hex')}  ${path}\n`);
  }
  put(join(root, 'DEBIAN/md5sums'), sums.join(''));
  const fileName = deb.fileName ?? `${deb.name}_${deb.version.replace(/^\d+:/, '')}_all.deb`;
  const filePath = join(dir, fileName);
  execFileSync('dpkg-deb', ['--root-owner-group', '--uniform-compression', `-Z${deb.compression ?? 'xz'}`, '-b', root, filePath]);
  const bytes = readFileSync(filePath);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const locked: LockedPackage = {
    name: deb.name,
    version: deb.version,
    arch: 'all',
    upstream: 'toy',
    path: fileName,
    file: fileName,
    sizeBytes: bytes.length,
    sha256,
    why: 'test',
    installedBytes: 0,
    relations: '0'.repeat(16),
    solveGroups: ['joint'],
  };
  return { filePath, stanza, locked };
}

function put(path: string, content: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content, { mode });
}
