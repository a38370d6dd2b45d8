/**
 * What was computed from blobs (a parsed index, for one), kept beside them: `derived/KIND/KEY`. The key names every input, so an entry is
 * never out of date, only absent. An entry torn by a power cut is recognised by its length and CRC-32 and counts as absent.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Store } from './store.ts';

const HEADER_BYTES = 16;
const MAGIC = 0x50_42_44_31; // "PBD1"
const SAFE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;

/** Where the derived file of a kind and key is, or would be: plain file names both. */
export function derivedPath(store: Pick<Store, 'dir'>, kind: string, key: string): string {
  for (const name of [kind, key]) {
    if (!SAFE_NAME.test(name)) throw new Error(`not a name for a derived file: ${name}`);
  }
  return join(store.dir, 'derived', kind, key);
}

/**
 * The bytes {@link writeDerived} was given, or undefined when there are none or they are damaged. `kind` and `key` are plain file names.
 */
export async function readDerived(store: Pick<Store, 'dir'>, kind: string, key: string): Promise<Buffer | undefined> {
  const path = derivedPath(store, kind, key);
  const file = await readFile(path).catch(() => undefined);
  if (file === undefined) return undefined;
  const content = file.subarray(HEADER_BYTES);
  const whole =
    file.length >= HEADER_BYTES &&
    file.readUInt32BE(0) === MAGIC &&
    file.readUInt32BE(4) === crc32(content) &&
    Number(file.readBigUInt64BE(8)) === content.length;
  if (whole) return content;
  await rm(path, { force: true });
  return undefined;
}

/** Keeps `content` for {@link readDerived}. @throws {AppError} `STORE_UNWRITABLE`, `DISK_FULL` */
export async function writeDerived(store: Store, kind: string, key: string, content: Uint8Array): Promise<void> {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(MAGIC, 0);
  header.writeUInt32BE(crc32(content), 4);
  header.writeBigUInt64BE(BigInt(content.length), 8);
  await store.writeAtomically(derivedPath(store, kind, key), Buffer.concat([header, content]));
}
