/**
 * Base URLs of an RPM upstream. A URL that names a mirror list or a metalink (dnf.conf(5)) is asked for its mirrors first; digests a
 * metalink gives for repomd.xml are kept, so that a mirror with an older or another one is noticed.
 */
import { createHash } from 'node:crypto';
import { AppError } from '../base/errors.ts';
import type { Fetcher } from '../fetch/download/fetcher.ts';
import { type MetalinkFile, parseMetalink } from '../rpm/repodata/metalink.ts';
import { parseMirrorlist } from '../rpm/repodata/mirrorlist.ts';

const MAX_LIST_BYTES = 4 << 20;
const MIRRORLIST = /[/?&](?:mirrorlist|mirror-list)(?:[/?&=.]|$)/i;
const METALINK = /[/?&]metalink(?:[/?&=.]|$)/i;

/** Where an upstream lies. */
export interface UpstreamMirrors {
  /** Base URLs, best first, without trailing slashes. */
  readonly urls: readonly string[];
  /** States repomd.xml may be in according to a metalink; empty when none was asked. */
  readonly rootStates: readonly MetalinkFile[];
}

/**
 * The mirrors of the upstream of this name, from its base URLs.
 *
 * @throws {AppError} the codes of `fetchRoot`; `INDEX_INVALID` for a list that lists nothing.
 */
export async function rpmMirrors(upstream: string, baseUrls: readonly string[], fetcher: Fetcher): Promise<UpstreamMirrors> {
  const rootStates: MetalinkFile[] = [];
  const urls: string[] = [];
  for (const url of baseUrls) {
    if (METALINK.test(url)) {
      const metalink = await parseMetalink(await readList(url, upstream, fetcher), { source: url });
      rootStates.push(...metalink.files);
      urls.push(...metalink.baseUrls);
    } else if (MIRRORLIST.test(url)) {
      urls.push(...parseMirrorlist((await readList(url, upstream, fetcher)).toString('utf8'), { source: url }));
    } else urls.push(url);
  }
  return { urls: [...new Set(urls.map((url) => url.replace(/\/+$/, '')))], rootStates };
}

/**
 * Checks repomd.xml against what a metalink said of it.
 *
 * @throws {AppError} `INDEX_DIGEST_MISMATCH`.
 */
export function assertRootState(bytes: Uint8Array, states: readonly MetalinkFile[], what: string): void {
  if (states.length === 0) return;
  const isKnown = states.some(({ digests }) =>
    digests.slice(0, 1).every(({ algorithm, hex }) => createHash(algorithm).update(bytes).digest('hex') === hex),
  );
  if (isKnown) return;
  throw new AppError('INDEX_DIGEST_MISMATCH', `${what} is not what the metalink says it should be`, {
    hint: 'the mirror is out of date or was altered: try again, or name another mirror in an overlay (--manifest)',
  });
}

async function readList(url: string, upstream: string, fetcher: Fetcher): Promise<Buffer> {
  const root = await fetcher.fetchRoot({ urls: [url], maxBytes: MAX_LIST_BYTES, label: `${upstream} mirror list` });
  return root.bytes;
}
