/**
 * Looks into the control half of every package of a lock: the stanza our index is written from, and the files it will own. Taking the stanza from
 * the package rather than from the upstream's index makes a bundle a function of its lock alone. What was read once is kept in the store.
 */
import { open } from 'node:fs/promises';
import pLimit from 'p-limit';
import { countOf } from '../base/bytes.ts';
import { AppError, isAppError } from '../base/errors.ts';
import { type CommandContext, runPhase } from '../cli/program/command.ts';
import { type DebArchive, type DecompressMember, readDebArchive } from '../deb/package/deb-archive.ts';
import { decompress } from '../fetch/decode/decompress.ts';
import type { Lock, LockedPackage } from '../lock/lock.ts';
import { readDerived, writeDerived } from '../store/derived-cache.ts';
import type { Store } from '../store/store.ts';

/** What is known of a package from itself. */
export type DebContent = Omit<DebArchive, 'fields'>;

const KIND = 'deb-control-1';
const AT_ONCE = 8;
/** In most packages the control half lies in the first bytes: one read instead of five. */
const HEAD_BYTES = 16 * 1024;

/**
 * The contents of all packages of a lock, by sha256.
 *
 * @param files paths in the store, by sha256.
 * @throws {AppError} `PACKAGE_INVALID` naming every package that is not what the lock says it is.
 */
export async function readDebContents(
  lock: Lock,
  files: ReadonlyMap<string, string>,
  store: Store,
  context: CommandContext,
): Promise<ReadonlyMap<string, DebContent>> {
  const limit = pLimit(AT_ONCE);
  const faults: AppError[] = [];
  let doneItems = 0;
  const totalItems = lock.packages.length;
  const readOne = async (locked: LockedPackage): Promise<[string, DebContent] | null> => {
    context.signal.throwIfAborted();
    try {
      const content = await readContent(locked, files.get(locked.sha256), store);
      doneItems += 1;
      context.report({ type: 'phase.progress', phase: 'contents', doneItems, totalItems });
      return [locked.sha256, content];
    } catch (error) {
      if (!isAppError(error, 'PACKAGE_INVALID')) throw error;
      faults.push(error);
      return null;
    }
  };
  const entries = await runPhase(
    context,
    { phase: 'contents', title: 'Looking into the packages', totalItems },
    async () => Promise.all(lock.packages.map((locked) => limit(readOne, locked))),
    (read) => countOf(read.length, 'package'),
  );
  if (faults.length > 0) throw joined(faults);
  return new Map(entries.filter((entry) => entry !== null));
}

function joined(faults: readonly AppError[]): AppError {
  const messages = faults.map(({ message }) => message).sort();
  return new AppError('PACKAGE_INVALID', messages.join('\n  '), {
    hint: 'the upstream published a broken package: exclude it or take another upstream with an overlay (--manifest)',
    details: { packages: messages },
  });
}

async function readContent(locked: LockedPackage, filePath: string | undefined, store: Store): Promise<DebContent> {
  const kept = await readDerived(store, KIND, locked.sha256);
  if (kept !== undefined) return revive(kept);
  if (filePath === undefined) throw new Error(`${locked.file} was not fetched`);
  const archive = await readDebFile(locked.file, filePath);
  assertSame(locked, archive);
  const { fields: _fields, ...content } = archive;
  await writeDerived(store, KIND, locked.sha256, Buffer.from(JSON.stringify({ ...content, md5sums: [...content.md5sums] })));
  return content;
}

function revive(bytes: Buffer): DebContent {
  const content = JSON.parse(bytes.toString('utf8')) as Omit<DebContent, 'md5sums'> & { md5sums: [string, string][] };
  return { ...content, md5sums: new Map(content.md5sums) };
}

/** The control half of a .deb on disk; `name` is for messages. @throws {AppError} `PACKAGE_INVALID` */
export async function readDebFile(name: string, filePath: string): Promise<DebArchive> {
  const handle = await open(filePath);
  try {
    const { size: sizeBytes } = await handle.stat();
    const readAt = async (offset: number, length: number): Promise<Uint8Array> => {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, offset);
      if (bytesRead !== length) throw new Error('it ends early');
      return buffer;
    };
    const head = await readAt(0, Math.min(HEAD_BYTES, sizeBytes));
    const read = async (offset: number, length: number): Promise<Uint8Array> =>
      offset + length <= head.length ? head.subarray(offset, offset + length) : readAt(offset, length);
    return await readDebArchive({ name, sizeBytes, read }, unpackMember(name));
  } finally {
    await handle.close();
  }
}

function unpackMember(label: string): DecompressMember {
  return async (bytes, compression, maxBytes) => decompress(bytes, compression, { maxBytes, label });
}

/** The index an upstream signed and the package it serves must speak of the same thing. */
function assertSame(locked: LockedPackage, { fields }: DebArchive): void {
  const found = ['package', 'version', 'architecture'].map((field) => fields.get(field) ?? '');
  const wanted = [locked.name, locked.version, locked.arch];
  if (found.join(' ') === wanted.join(' ')) return;
  throw new AppError(
    'PACKAGE_INVALID',
    `${locked.file} [${locked.upstream}] says it is ${found.join(' ')}, its upstream's index says ${wanted.join(' ')}`,
  );
}
