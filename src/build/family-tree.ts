/** The repository tree of a lock, whatever its family: packages looked into, checked against each other, indexed. */
import { familyOf } from '../base/target.ts';
import type { RepoTree } from '../base/tree-file.ts';
import type { Source } from '../cli/bundle/open-downloader.ts';
import type { CommandContext } from '../cli/program/command.ts';
import type { DistroManifest } from '../config/manifest/distro-manifest.ts';
import type { Lock } from '../lock/lock.ts';
import { buildDebTree } from '../repo/deb-tree.ts';
import { buildRpmTree } from '../repo/rpm-tree.ts';
import type { SigningKey } from '../trust/signing.ts';
import { assertNoFileConflicts, assertNoRpmFileConflicts } from './check-file-conflicts.ts';
import { readDebContents } from './deb-contents.ts';
import { readRpmContents } from './rpm-contents.ts';

/** A lock and its fetched packages, by sha256. */
export interface FamilyTreeInput {
  readonly lock: Lock;
  readonly manifest: DistroManifest;
  readonly files: ReadonlyMap<string, string>;
  readonly signer: SigningKey | null;
}

/** @throws {AppError} `PACKAGE_INVALID`, `FILE_CONFLICT`, `KEY_UNUSABLE`; `SIGNATURE_MISSING` and `SIGNATURE_INVALID` for RPMs. */
export async function buildFamilyTree(input: FamilyTreeInput, source: Source, context: CommandContext): Promise<RepoTree> {
  return familyOf(input.lock.distro) === 'rpm' ? rpmTree(input, source, context) : debTree(input, source, context);
}

async function rpmTree({ lock, manifest, files, signer }: FamilyTreeInput, source: Source, context: CommandContext): Promise<RepoTree> {
  const contents = await readRpmContents(lock, files, manifest, source, context);
  assertNoRpmFileConflicts(lock, contents);
  const sources = new Map(
    [...contents].map(([sha256, { pkg, files: owned }]) => [sha256, { pkg, files: owned, filePath: files.get(sha256) ?? '' }]),
  );
  return buildRpmTree(lock, sources, { signer });
}

async function debTree({ lock, files, signer }: FamilyTreeInput, source: Source, context: CommandContext): Promise<RepoTree> {
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
