/** Downloads every package of a lock into the store, from any mirror of its upstream. */
import { countOf, formatBytes } from '../base/bytes.ts';
import { AppError } from '../base/errors.ts';
import type { RunContext } from '../base/events.ts';
import { runPhase } from '../base/run-phase.ts';
import { familyOf } from '../base/target.ts';
import { LOCAL_UPSTREAM, type Lock, type LockedPackage } from '../lock/lock.ts';
import type { Downloader } from '../metadata/downloader.ts';
import { basesOf } from '../metadata/file-bases.ts';
import { packageUrls } from '../metadata/upstream-urls.ts';
import { explainMissing, packageLabel } from './explain-missing.ts';
import { type FindUpstreams, findUpstream } from './find-upstream.ts';

const MOST_NAMED = 10;

/**
 * Paths in the store by sha256. Packages already there are not asked for again, and only where some are missing is `findUpstreams` asked
 * where their upstreams are; all that cannot be had are reported together.
 *
 * @throws {AppError} the codes of `fetchAll`; `LOCK_INVALID` for an upstream the manifest does not have; `FETCH_NOT_FOUND` for packages
 * given as files that the store does not have any more.
 */
export async function fetchPackages(
  lock: Lock,
  findUpstreams: FindUpstreams,
  downloader: Downloader,
  context: RunContext,
): Promise<ReadonlyMap<string, string>> {
  const stored = await findStored(lock, downloader);
  const missing = lock.packages.filter(({ sha256 }) => !stored.has(sha256));
  assertNoneLocal(missing);
  const mirrors = await mirrorsByUpstream(missing, findUpstreams, downloader);
  const family = familyOf(lock.distro);
  const requests = missing.map((locked) => ({
    urls: packageUrls(family, basesOf(mirrors.get(locked.upstream) ?? [], locked.base ?? ''), locked.path),
    digest: { algorithm: 'sha256', hex: locked.sha256 } as const,
    sizeBytes: locked.sizeBytes,
    maxBytes: locked.sizeBytes,
    label: packageLabel(locked),
  }));
  const totalBytes = missing.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const fetched = await runPhase(
    context,
    { phase: 'fetch', title: `Fetching ${countOf(lock.packages.length, 'package')}`, totalBytes, totalItems: missing.length },
    async () =>
      downloader.fetcher.fetchAll(requests, { phase: 'fetch' }).catch(async (error: unknown) => {
        throw await explainMissing(error, { lock, asked: missing, findUpstreams }, downloader);
      }),
    (blobs) => {
      const fresh = blobs.filter(({ fromStore }) => !fromStore);
      const freshBytes = fresh.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      return `${fresh.length} downloaded (${formatBytes(freshBytes)}), ${lock.packages.length - fresh.length} already there`;
    },
  );
  return new Map([...stored, ...fetched.map(({ sha256, path }) => [sha256, path] as const)]);
}

/** Paths of what the store has already, by sha256. */
async function findStored({ packages }: Lock, { store }: Downloader): Promise<ReadonlyMap<string, string>> {
  const found = await Promise.all(packages.map(({ sha256, sizeBytes }) => store.find(sha256, sizeBytes)));
  return new Map(found.flatMap((blob) => (blob === undefined ? [] : [[blob.sha256, blob.path] as const])));
}

function assertNoneLocal(missing: readonly LockedPackage[]): void {
  const local = missing.filter(({ upstream }) => upstream === LOCAL_UPSTREAM).map(({ file }) => file);
  if (local.length === 0) return;
  const more = local.length > MOST_NAMED ? ` and ${local.length - MOST_NAMED} more` : '';
  throw new AppError(
    'FETCH_NOT_FOUND',
    `the store does not have ${local.slice(0, MOST_NAMED).join(', ')}${more}, which were given as files`,
    {
      hint: 'resolve again with --package and these files, or use the --store they were put into',
      details: { files: local },
    },
  );
}

async function mirrorsByUpstream(
  missing: readonly LockedPackage[],
  findUpstreams: FindUpstreams,
  downloader: Downloader,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const names = [...new Set(missing.map(({ upstream }) => upstream))];
  if (names.length === 0) return new Map();
  const upstreams = await findUpstreams();
  const known = names.map((name) => findUpstream(name, upstreams, names));
  return new Map(await Promise.all(known.map(async (upstream) => [upstream.name, (await downloader.mirrorsOf(upstream)).urls] as const)));
}
