/**
 * Looks into the control half of every package of a lock: the stanza our index is written from, and the files it will own. Taking the
 * stanza from the package rather than from the upstream's index makes a bundle a function of its lock alone. What was read once is kept in
 * the store.
 */
import { countOf } from '../base/bytes.ts';
import { AppError } from '../base/errors.ts';
import type { RunContext } from '../base/events.ts';
import type { DebArchive } from '../deb/package/deb-archive.ts';
import { parseStanza, type Stanza } from '../deb/package/deb822.ts';
import type { Lock, LockedPackage } from '../lock/lock.ts';
import { readDebFile } from '../metadata/read-deb-file.ts';
import { readDerived, writeDerived } from '../store/derived-cache.ts';
import type { Store } from '../store/store.ts';
import { readContents } from './read-contents.ts';

/** What is known of a package from itself. */
export type DebContent = Omit<DebArchive, 'fields'>;

const KIND = 'deb-control-1';

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
  context: RunContext,
): Promise<ReadonlyMap<string, DebContent>> {
  const read = (locked: LockedPackage) => readContent(locked, files.get(locked.sha256), store);
  const detail = (contents: readonly DebContent[]) => countOf(contents.length, 'package');
  return readContents(lock, { title: 'Looking into the packages', read, detail }, context);
}

async function readContent(locked: LockedPackage, filePath: string | undefined, store: Store): Promise<DebContent> {
  const kept = await readDerived(store, KIND, locked.sha256);
  if (kept !== undefined) {
    const content = revive(kept);
    // What was kept is known by the digest alone: another lock may say something else of it.
    assertSame(locked, parseStanza(content.stanza, locked.file));
    return content;
  }
  if (filePath === undefined) throw new Error(`${locked.file} was not fetched`);
  const { fields, ...content } = await readDebFile(locked.file, filePath);
  assertSame(locked, fields);
  await writeDerived(store, KIND, locked.sha256, Buffer.from(JSON.stringify({ ...content, md5sums: [...content.md5sums] })));
  return content;
}

function revive(bytes: Buffer): DebContent {
  const content = JSON.parse(bytes.toString('utf8')) as Omit<DebContent, 'md5sums'> & { md5sums: [string, string][] };
  return { ...content, md5sums: new Map(content.md5sums) };
}

/** The index an upstream signed and the package it serves must speak of the same thing. */
function assertSame(locked: LockedPackage, fields: Stanza): void {
  const found = ['package', 'version', 'architecture'].map((field) => fields.get(field) ?? '');
  const wanted = [locked.name, locked.version, locked.arch];
  if (found.join(' ') === wanted.join(' ')) return;
  throw new AppError(
    'PACKAGE_INVALID',
    `${locked.file} [${locked.upstream}] says it is ${found.join(' ')}, its upstream's index says ${wanted.join(' ')}`,
  );
}
