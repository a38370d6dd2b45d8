/** The repository tree of a lock, whatever its family: packages looked into, checked against each other, indexed. */
import type { RunContext } from '../base/events.ts';
import { type Family, familyOf } from '../base/target.ts';
import type { RepoTree } from '../base/tree-file.ts';
import type { Lock } from '../lock/lock.ts';
import type { Downloader } from '../metadata/downloader.ts';
import { buildDebTree } from '../repo/deb-tree.ts';
import { buildRpmTree } from '../repo/rpm-tree.ts';
import type { SigningKey } from '../trust/signing.ts';
import { assertNoFileConflicts, assertNoRpmFileConflicts } from './check-file-conflicts.ts';
import type { FindUpstreams } from './find-upstream.ts';
import { readDebContents } from './read-deb-contents.ts';
import { readRpmContents } from './read-rpm-contents.ts';

/** A lock and its fetched packages. */
export interface TreeInput {
  readonly lock: Lock;
  /** Paths in the store, by sha256. */
  readonly files: ReadonlyMap<string, string>;
  readonly findUpstreams: FindUpstreams;
  readonly signer: SigningKey | null;
}

type BuildTree = (input: TreeInput, downloader: Downloader, context: RunContext) => Promise<RepoTree>;

const FAMILIES: Readonly<Record<Family, BuildTree>> = { deb: debTree, rpm: rpmTree };

/** @throws {AppError} `PACKAGE_INVALID`, `FILE_CONFLICT`, `KEY_UNUSABLE`; `SIGNATURE_MISSING` and `SIGNATURE_INVALID` for RPMs. */
export async function buildTree(input: TreeInput, downloader: Downloader, context: RunContext): Promise<RepoTree> {
  return FAMILIES[familyOf(input.lock.distro)](input, downloader, context);
}

async function rpmTree({ lock, files, findUpstreams, signer }: TreeInput, downloader: Downloader, context: RunContext): Promise<RepoTree> {
  const contents = await readRpmContents(lock, files, findUpstreams, downloader, context);
  assertNoRpmFileConflicts(lock, contents);
  const sources = new Map(
    [...contents].map(([sha256, { pkg, files: owned }]) => [sha256, { pkg, files: owned, filePath: files.get(sha256) ?? '' }]),
  );
  return buildRpmTree(lock, sources, { signer });
}

async function debTree({ lock, files, signer }: TreeInput, { store }: Downloader, context: RunContext): Promise<RepoTree> {
  const contents = await readDebContents(lock, files, store, context);
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
