/** Small bundles for tests, honest ones through the real writer and hostile ones built header by header. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { Header } from 'tar';
import { onTestFinished } from 'vitest';
import { treeFileOf } from '../../../src/base/tree-file-of.ts';
import type { BundleIndex } from '../../../src/pack/format/bundle-index.ts';
import { filesInTarOrder, formatBundleIndex } from '../../../src/pack/format/bundle-index.ts';
import { DEFLATE_RUN_BYTES, formatDeflated, formatGzipEnd, formatStored, GZIP_HEADER } from '../../../src/pack/format/gzip-frames.ts';
import { INDEX_PATH } from '../../../src/pack/format/layout.ts';
import { writeBundle } from '../../../src/pack/write/write-bundle.ts';
import type { ToyOptions } from './toy-bundle.ts';
import { composeToy, noise, quietContext, storeFiles } from './toy-bundle.ts';

/** A directory that goes away with the test. */
export async function scratchDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'pigsty-bundle-test-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** Writes a toy bundle into `dir` and returns its path and index. */
export async function writeToy(
  dir: string,
  options: ToyOptions & { readonly signature?: Uint8Array } = {},
): Promise<{ path: string; index: BundleIndex }> {
  const { index, files } = composeToy(options);
  const path = join(dir, 'toy.tgz');
  await writeBundle({ index, files: await storeFiles(files, dir), output: path, signature: options.signature }, quietContext());
  return { path, index };
}

/** One tar entry as an attacker writes it. `raw` blocks are taken as they are. */
export interface RawEntry {
  readonly path: string;
  readonly bytes?: Uint8Array;
  readonly type?: 'File' | 'SymbolicLink' | 'Link' | 'CharacterDevice' | 'BlockDevice' | 'FIFO' | 'Directory';
  readonly mode?: number;
  readonly uid?: number;
  readonly linkpath?: string;
  readonly sizeBytes?: number;
  readonly mtimeSec?: number;
}

/** The blocks of one entry. */
export function rawEntry(entry: RawEntry): Buffer {
  const bytes = Buffer.from(entry.bytes ?? []);
  const block = Buffer.alloc(512);
  const header = new Header({
    path: entry.path,
    mode: entry.mode ?? 0o644,
    uid: entry.uid ?? 0,
    gid: 0,
    size: entry.sizeBytes ?? bytes.length,
    mtime: new Date((entry.mtimeSec ?? 1_700_000_000) * 1000),
    type: entry.type ?? 'File',
    linkpath: entry.linkpath ?? '',
    uname: '',
    gname: '',
    devmaj: 0,
    devmin: 0,
  });
  if (header.encode(block) && entry.path.length > 100) throw new Error('path too long for a raw entry');
  return Buffer.concat([block, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

/** The honest entries of a toy bundle, in order, to be tampered with. The packages are small. */
export function honestEntries(): { index: BundleIndex; entries: RawEntry[] } {
  const { index, files } = composeToy({ packages: [treeFileOf('a_1_all.deb', noise(700, 1)), treeFileOf('b_1_all.deb', noise(900, 2))] });
  const byPath = new Map(files.map((file) => [file.path, file]));
  const entries = filesInTarOrder(index).map(({ path }) => {
    const { content } = byPath.get(path)!;
    return {
      path,
      bytes: content.kind === 'bytes' ? content.bytes : Buffer.alloc(0),
      mode: path.endsWith('pigsty-install') ? 0o755 : 0o644,
    };
  });
  return { index, entries: [{ path: INDEX_PATH, bytes: formatBundleIndex(index) }, ...entries] };
}

/** A tarball of raw entries. */
export async function writeRaw(dir: string, entries: readonly RawEntry[], tail: Uint8Array = Buffer.alloc(1024)): Promise<string> {
  const path = join(dir, 'raw.tgz');
  await writeFile(path, await packMember(Buffer.concat([...entries.map(rawEntry), tail])));
  return path;
}

/** `tar` in the framing of a bundle: the first block stored, the rest in deflated runs. */
export async function packMember(tar: Buffer): Promise<Buffer> {
  const framed = [formatStored(tar.subarray(0, 512))];
  for (let at = 512; at < tar.length; at += DEFLATE_RUN_BYTES) framed.push(await formatDeflated(tar.subarray(at, at + DEFLATE_RUN_BYTES)));
  return Buffer.concat([GZIP_HEADER, ...framed, formatGzipEnd(crc32(tar), tar.length)]);
}

/** Every file below `dir` with its content, sorted. */
export async function treeOf(dir: string): Promise<Map<string, string>> {
  const names = (await readdir(dir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = names.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(
    await Promise.all(paths.map(async (path) => [path.slice(dir.length + 1), (await readFile(path)).toString('latin1')] as const)),
  );
}
