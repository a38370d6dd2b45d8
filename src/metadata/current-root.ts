/** What the root of an upstream's metadata is now, unverified: to tell an upstream that has moved on from one that lacks a file. */
import { isAppError } from '../base/errors.ts';
import type { ResolvedUpstream } from '../config/manifest/distro-manifest.ts';
import { releaseDir } from './deb-root.ts';
import type { Downloader } from './downloader.ts';
import { below, encodePath } from './upstream-urls.ts';

const MAX_ROOT_BYTES = 32 << 20;

/** SHA-256 of InRelease, Release or repomd.xml as the mirrors serve it now; null when there is none, or it cannot be had. */
export async function currentRootSha256(upstream: ResolvedUpstream, downloader: Downloader): Promise<string | null> {
  const dir = upstream.layout === 'rpm' ? 'repodata' : encodePath.deb(releaseDir(upstream));
  const files = upstream.layout === 'rpm' ? ['repomd.xml'] : ['InRelease', 'Release'];
  try {
    const { urls: mirrors } = await downloader.mirrorsOf(upstream);
    for (const file of files) {
      const request = { urls: below(mirrors, dir, file), maxBytes: MAX_ROOT_BYTES, label: `${upstream.name} ${file}` };
      const root = await downloader.fetcher.fetchRoot(request).catch((error: unknown) => {
        if (isAppError(error, 'FETCH_NOT_FOUND')) return null;
        throw error;
      });
      if (root !== null) return root.sha256;
    }
  } catch (error) {
    if (!isAppError(error) || error.code === 'INTERRUPTED') throw error;
  }
  return null;
}
