/** Proves that no two packages of one installation ship the same file: what dpkg would only find out halfway through unpacking. */
import { AppError } from '../base/errors.ts';
import { parseStanza } from '../deb/package/deb822.ts';
import { type DebFileConflict, type DebPackageFiles, findDebFileConflicts } from '../deb/package/file-conflicts.ts';
import { parseRelations } from '../deb/package/relations.ts';
import type { Lock, LockedPackage } from '../lock/lock.ts';
import { findRpmFileConflicts } from '../rpm/package/file-conflicts.ts';
import type { DebContent } from './read-deb-contents.ts';
import type { RpmContent } from './read-rpm-contents.ts';

const MOST_SHOWN = 20;

/**
 * Checks every solve group: packages that are installed together.
 *
 * @throws {AppError} `FILE_CONFLICT` with each file and the two packages that ship it.
 */
export function assertNoFileConflicts(lock: Lock, contents: ReadonlyMap<string, DebContent>): void {
  const files = new Map(lock.packages.map((locked) => [locked.sha256, filesOf(locked, contents)]));
  const solveGroups = [...new Set(lock.packages.flatMap(({ solveGroups: names }) => names))].sort();
  const found = new Map<string, DebFileConflict>();
  for (const group of solveGroups) {
    const members = lock.packages
      .filter(({ solveGroups: names }) => names.includes(group))
      .flatMap(({ sha256 }) => files.get(sha256) ?? []);
    for (const conflict of findDebFileConflicts(members)) found.set(`${conflict.path} ${conflict.packages.join(' ')}`, conflict);
  }
  throwConflicts([...found.values()], 'dpkg');
}

/**
 * The same for RPMs.
 *
 * @throws {AppError} `FILE_CONFLICT` with each file and the two packages that ship it.
 */
export function assertNoRpmFileConflicts(lock: Lock, contents: ReadonlyMap<string, RpmContent>): void {
  const solveGroups = [...new Set(lock.packages.flatMap(({ solveGroups: names }) => names))].sort();
  const found = solveGroups.flatMap((group) => {
    const members = lock.packages.filter(({ solveGroups: names }) => names.includes(group));
    return findRpmFileConflicts(
      members.map((locked) => ({ label: labelOf(locked), files: contents.get(locked.sha256)?.identities ?? [] })),
    );
  });
  throwConflicts([...new Map(found.map((conflict) => [`${conflict.path} ${conflict.packages.join(' ')}`, conflict])).values()], 'rpm');
}

function labelOf({ name, version, arch }: LockedPackage): string {
  return `${name} ${version} ${arch}`;
}

function throwConflicts(found: readonly DebFileConflict[], tool: string): void {
  if (found.length === 0) return;
  const lines = found.map(({ path, packages }) => `${path} is in ${packages.join(' and in ')}`);
  const more = lines.length > MOST_SHOWN ? [`… and ${lines.length - MOST_SHOWN} more`] : [];
  throw new AppError(
    'FILE_CONFLICT',
    `packages that would overwrite each other's files:\n  ${[...lines.slice(0, MOST_SHOWN), ...more].join('\n  ')}`,
    {
      hint: `no dependency says so, but ${tool} would stop at the second one: ask for one of them only, or declare its group "separate" in an overlay (--manifest)`,
      details: { conflicts: found },
    },
  );
}

function filesOf(locked: LockedPackage, contents: ReadonlyMap<string, DebContent>): DebPackageFiles {
  const content = contents.get(locked.sha256);
  if (content === undefined) throw new Error(`${locked.file} was not looked into`);
  const fields = parseStanza(content.stanza, locked.file);
  const relations = (field: string) => parseRelations(fields.get(field) ?? '', `${locked.file}, field ${field}`).flat();
  const files = new Map<string, string | null>(content.md5sums);
  for (const path of content.conffiles) files.set(path, null);
  return {
    name: locked.name,
    version: locked.version,
    arch: locked.arch,
    isMultiArchSame: fields.get('multi-arch') === 'same',
    files,
    replaces: relations('replaces'),
    conflicts: relations('conflicts'),
    diversions: content.diversions,
  };
}
