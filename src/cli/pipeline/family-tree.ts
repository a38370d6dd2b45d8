/** The repository tree of a lock, whatever its family: packages looked into, checked against each other, indexed. */
import { AppError } from '../../base/errors.ts';
import { familyOf } from '../../base/target.ts';
import type { RepoTree } from '../../base/tree-file.ts';
import type { Lock } from '../../lock/types.ts';
import { buildDebTree } from '../../repo/deb-tree.ts';
import type { SigningKey } from '../../trust/signing.ts';
import type { CommandContext } from '../command.ts';
import { assertNoFileConflicts } from './check-file-conflicts.ts';
import { readDebContents } from './deb-contents.ts';
import type { Source } from './open-source.ts';

/** A lock and its fetched packages, by sha256. */
export interface FamilyTreeInput {
  readonly lock: Lock;
  readonly files: ReadonlyMap<string, string>;
  readonly signer: SigningKey | null;
}

/** @throws {AppError} `PACKAGE_INVALID`, `FILE_CONFLICT`, `KEY_UNUSABLE`. */
export async function buildFamilyTree(
  { lock, files, signer }: FamilyTreeInput,
  source: Source,
  context: CommandContext,
): Promise<RepoTree> {
  if (familyOf(lock.distro) === 'rpm') throw new AppError('TARGET_UNKNOWN', 'EL targets are not supported by this version yet');
  const contents = await readDebContents(lock, files, source.store, context);
  assertNoFileConflicts(lock, contents);
  const sources = new Map(
    lock.packages.map(({ sha256, file }) => {
      const content = contents.get(sha256);
      const filePath = files.get(sha256);
      if (content === undefined || filePath === undefined) throw new Error(`${file} was not read`);
      return [sha256, { stanza: content.stanza, filePath }];
    }),
  );
  return buildDebTree(lock, sources, { signer });
}
