/** Which manifest the options mean: that of a request, or that of a lock. */
import { resolve } from 'node:path';
import { parseTarget } from '../../base/target.ts';
import type { FindUpstreams } from '../../build/find-upstream.ts';
import type { Lock } from '../../lock/lock.ts';
import { loadManifest, type ManifestChoice } from '../../resolve/load-manifest.ts';
import type { Store } from '../../store/store.ts';
import type { CommandContext } from '../program/command.ts';
import { packageRoot } from './package-root.ts';
import type { LockOptions, RequestOptions } from './request-options.ts';

/** What a request names. @throws {AppError} `TARGET_UNKNOWN`, `USAGE`. */
export function choiceOfRequest(options: RequestOptions, { cwd }: CommandContext): ManifestChoice {
  return {
    target: parseTarget(options.distro, options.arch ?? null),
    flavor: options.flavor,
    region: options.region,
    minor: options.minor ?? null,
    overlays: options.manifest.map((path) => resolve(cwd, path)),
    namesPackages: options.package.length > 0,
  };
}

/** Where the upstreams of a lock are, by our manifest and the overlays the options name. The manifest is read when it is called. */
export function upstreamsOfLock(lock: Lock, options: LockOptions, { cwd }: CommandContext, store: Store): FindUpstreams {
  const { distro, arch, flavor, request } = lock;
  const choice = {
    target: { distro, arch },
    flavor,
    region: options.region,
    minor: request.minor,
    overlays: options.manifest.map((path) => resolve(cwd, path)),
    namesPackages: request.packages.length > 0,
  };
  return async () => (await loadManifest(packageRoot(), choice, store)).manifest.upstreams;
}
