/** Which manifest the options mean: that of a request, or that of a lock. */
import { resolve } from 'node:path';
import { parseTarget } from '../../base/target.ts';
import type { FindUpstreams } from '../../build/find-upstream.ts';
import type { Lock } from '../../lock/lock.ts';
import type { Downloader } from '../../metadata/downloader.ts';
import { type LoadedManifest, loadManifest, type ManifestChoice } from '../../resolve/load-manifest.ts';
import type { CommandContext } from '../program/command.ts';
import { packageRoot } from './package-root.ts';
import type { LockOptions, RequestOptions } from './request-options.ts';

/** An overlay that is named twice is laid once, where it is named last: the later wins. */
function overlayPaths({ manifest }: Pick<LockOptions, 'manifest'>, cwd: string): string[] {
  const paths = manifest.map((path) => resolve(cwd, path));
  return paths.filter((path, at) => paths.lastIndexOf(path) === at);
}

/** What a request names. @throws {AppError} `TARGET_UNKNOWN`, `USAGE`. */
export function choiceOfRequest(options: RequestOptions, { cwd }: CommandContext): ManifestChoice {
  return {
    target: parseTarget(options.distro, options.arch ?? null),
    flavor: options.flavor,
    region: options.region,
    minor: options.minor ?? null,
    overlays: overlayPaths(options, cwd),
    onlyUpstreams: options.onlyUpstream,
    namesPackages: options.package.length > 0,
  };
}

/**
 * The manifest of a choice. The downloader goes by its map of mirrors from here on, and what has no effect in it is said.
 *
 * @throws {AppError} as `loadManifest`.
 */
export async function readManifest(choice: ManifestChoice, downloader: Downloader, { report }: CommandContext): Promise<LoadedManifest> {
  const loaded = await loadManifest(packageRoot(), choice, downloader.store);
  downloader.routeBy(loaded.manifest.mirrorMap);
  for (const message of loaded.manifest.notes) report({ type: 'warning', code: 'OVERLAY_ODD', message });
  return loaded;
}

/** Where the upstreams of a lock are, by our manifest and the overlays the options name. The manifest is read when it is called. */
export function upstreamsOfLock(lock: Lock, options: LockOptions, downloader: Downloader, context: CommandContext): FindUpstreams {
  const { distro, arch, flavor, request } = lock;
  const choice = {
    target: { distro, arch },
    flavor,
    region: options.region,
    minor: request.minor,
    overlays: overlayPaths(options, context.cwd),
    onlyUpstreams: [],
    namesPackages: request.packages.length > 0,
  };
  return async () => (await readManifest(choice, downloader, context)).manifest.upstreams;
}
