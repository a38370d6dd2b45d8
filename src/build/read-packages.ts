/** Fetches the packages of a lock and looks into each: what they say of themselves, and the repository tree they make. */
import type { RunContext } from '../base/events.ts';
import { type Family, familyOf } from '../base/target.ts';
import type { RepoTree } from '../base/tree-file.ts';
import { debPackageRelations } from '../deb/package/deb-package-relations.ts';
import { parseStanza } from '../deb/package/deb822.ts';
import type { Lock, LockedPackage } from '../lock/lock.ts';
import type { Downloader } from '../metadata/downloader.ts';
import { buildDebTree } from '../repo/deb-tree.ts';
import { buildRpmTree } from '../repo/rpm-tree.ts';
import type { OwnPackage } from '../resolve/family.ts';
import { rpmPackageRelations } from '../rpm/package/rpm-package-relations.ts';
import type { SigningKey } from '../trust/signing.ts';
import { assertNoFileConflicts, assertNoRpmFileConflicts } from './check-file-conflicts.ts';
import { fetchPackages } from './fetch-packages.ts';
import type { FindUpstreams } from './find-upstream.ts';
import { readDebContents } from './read-deb-contents.ts';
import { readRpmContents } from './read-rpm-contents.ts';

/** The packages of a lock, verified. */
export interface ReadPackages {
  /** In the lock's order. */
  readonly own: readonly OwnPackage[];
  /** The tree over them. @throws {AppError} `FILE_CONFLICT`, `PACKAGE_INVALID`, `KEY_UNUSABLE`. */
  makeTree(signer: SigningKey | null): Promise<RepoTree>;
}

/** A lock whose packages are in the store. */
interface Fetched {
  readonly lock: Lock;
  /** Paths in the store, by sha256. */
  readonly files: ReadonlyMap<string, string>;
  readonly findUpstreams: FindUpstreams;
}

type LookInto = (fetched: Fetched, downloader: Downloader, context: RunContext) => Promise<ReadPackages>;

const FAMILIES: Readonly<Record<Family, LookInto>> = { deb: lookIntoDebs, rpm: lookIntoRpms };

/**
 * Fetches what the store lacks and reads all packages.
 *
 * @throws {AppError} as `fetchPackages` does; `PACKAGE_INVALID`; `SIGNATURE_MISSING`, `SIGNATURE_INVALID` and `KEY_UNUSABLE` for RPMs.
 */
export async function readPackages(
  lock: Lock,
  findUpstreams: FindUpstreams,
  downloader: Downloader,
  context: RunContext,
): Promise<ReadPackages> {
  const files = await fetchPackages(lock, findUpstreams, downloader, context);
  return FAMILIES[familyOf(lock.distro)]({ lock, files, findUpstreams }, downloader, context);
}

async function lookIntoRpms({ lock, files, findUpstreams }: Fetched, downloader: Downloader, context: RunContext): Promise<ReadPackages> {
  const contents = await readRpmContents(lock, files, findUpstreams, downloader, context);
  const own = lock.packages.map((locked): OwnPackage => {
    const { pkg, files: owned } = of(contents, locked);
    return { locked, raw: { ...pkg, files: owned }, relations: rpmPackageRelations(pkg) };
  });
  return {
    own,
    makeTree: async (signer) => {
      assertNoRpmFileConflicts(lock, contents);
      const sources = lock.packages.map((locked) => {
        const { pkg, files: owned } = of(contents, locked);
        return [locked.sha256, { pkg, files: owned, filePath: of(files, locked) }] as const;
      });
      return buildRpmTree(lock, new Map(sources), { signer });
    },
  };
}

async function lookIntoDebs({ lock, files }: Fetched, { store }: Downloader, context: RunContext): Promise<ReadPackages> {
  const contents = await readDebContents(lock, files, store, context);
  const own = lock.packages.map((locked): OwnPackage => {
    const { stanza } = of(contents, locked);
    return { locked, raw: publishedStanza(locked, stanza), relations: debPackageRelations(parseStanza(stanza, locked.file)) };
  });
  return {
    own,
    makeTree: async (signer) => {
      assertNoFileConflicts(lock, contents);
      const sources = lock.packages.map((locked) => {
        const { stanza } = of(contents, locked);
        return [locked.sha256, { stanza, filePath: of(files, locked) }] as const;
      });
      return buildDebTree(lock, new Map(sources), { signer });
    },
  };
}

/** The stanza as an archive's index would have it. */
function publishedStanza({ path, sizeBytes, sha256 }: LockedPackage, stanza: string): Buffer {
  return Buffer.from(`${stanza.trimEnd()}\nFilename: ${path}\nSize: ${sizeBytes}\nSHA256: ${sha256}\n`);
}

function of<T>(bySha256: ReadonlyMap<string, T>, { sha256, file }: LockedPackage): T {
  const found = bySha256.get(sha256);
  if (found === undefined) throw new Error(`${file} was not read`);
  return found;
}
