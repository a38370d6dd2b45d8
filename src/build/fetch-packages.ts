/** Downloads every package of a lock into the store, from any mirror of its upstream. */
import { countOf, formatBytes } from '../base/bytes.ts';
import { AppError } from '../base/errors.ts';
import { type Family, familyOf } from '../base/target.ts';
import type { Source } from '../cli/bundle/open-downloader.ts';
import { type CommandContext, runPhase } from '../cli/program/command.ts';
import type { DistroManifest, ResolvedUpstream } from '../config/manifest/distro-manifest.ts';
import type { Lock, LockedPackage } from '../lock/lock.ts';
import { rpmMirrors } from '../metadata/rpm-mirrors.ts';

/** Upstream name in the lock of packages given as files. */
export const LOCAL_UPSTREAM = 'local';

/**
 * Paths in the store by sha256. Packages already there are not asked for again; all that cannot be had are reported together.
 *
 * @throws {AppError} the codes of `fetchAll`; `LOCK_INVALID` for an upstream the manifest does not have.
 */
export async function fetchPackages(
  lock: Lock,
  manifest: DistroManifest,
  source: Source,
  context: CommandContext,
): Promise<ReadonlyMap<string, string>> {
  const totalBytes = lock.packages.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const mirrors = await mirrorsByUpstream(lock, manifest, source);
  const requests = lock.packages.map((locked) => ({
    urls: (mirrors.get(locked.upstream) ?? []).map((mirror) => `${mirror}/${encodePath(locked.path, familyOf(lock.distro))}`),
    digest: { algorithm: 'sha256', hex: locked.sha256 } as const,
    sizeBytes: locked.sizeBytes,
    maxBytes: locked.sizeBytes,
    label: `${locked.name} ${locked.version} [${locked.upstream}]`,
  }));
  const blobs = await runPhase(
    context,
    { phase: 'fetch', title: `Fetching ${countOf(lock.packages.length, 'package')}`, totalBytes, totalItems: lock.packages.length },
    async () => source.fetcher.fetchAll(requests, { phase: 'fetch' }),
    (stored) => {
      const fresh = stored.filter(({ fromStore }) => !fromStore);
      const freshBytes = fresh.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      return `${fresh.length} downloaded (${formatBytes(freshBytes)}), ${stored.length - fresh.length} already there`;
    },
  );
  return new Map(blobs.map(({ sha256, path }) => [sha256, path]));
}

async function mirrorsByUpstream(lock: Lock, manifest: DistroManifest, source: Source): Promise<ReadonlyMap<string, readonly string[]>> {
  const wanted = new Set(lock.packages.map(({ upstream }) => upstream));
  const mirrorsOf = async (upstream: ResolvedUpstream): Promise<readonly string[]> =>
    upstream.layout === 'rpm' ? (await rpmMirrors(upstream, source)).urls : source.mirrorsOf(upstream);
  const used = manifest.upstreams.filter(({ name }) => wanted.has(name));
  const known = new Map(await Promise.all(used.map(async (upstream) => [upstream.name, await mirrorsOf(upstream)] as const)));
  // A local package is in the store or nowhere; this URL only serves to say so.
  if (wanted.has(LOCAL_UPSTREAM)) known.set(LOCAL_UPSTREAM, ['file:///nonexistent']);
  const unknown = [...wanted].filter((name) => !known.has(name));
  if (unknown.length === 0) return known;
  throw new AppError('LOCK_INVALID', `the lock names upstreams the manifest does not have: ${unknown.join(', ')}`, {
    hint: 'give the overlay it was made with (--manifest), or resolve again',
  });
}

/** A path below an upstream's URL as it stands in a URL. RPM metadata gives it in that form already, except for what a URL cannot hold. */
export function encodePath(path: LockedPackage['path'], family: Family): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/').replaceAll('%2B', '+').replaceAll('%7E', '~');
  return family === 'rpm' ? encoded.replaceAll(/%25(?=[0-9A-Fa-f]{2})/g, '%') : encoded;
}
