/**
 * Packages files that no Release lists, of an upstream with `trusted: yes`: tried in every compression, as apt does, and taken as they
 * come. A directory that `dpkg-scanpackages . > Packages` was run in is one, and so is a stock Pigsty's `/www/pigsty`.
 */
import { createHash } from 'node:crypto';
import { AppError, isAppError } from '../base/errors.ts';
import { INDEX_SUFFIX, type IndexCompression } from '../deb/index/choose-index-files.ts';
import { decompress } from '../fetch/decode/decompress.ts';
import type { Downloader } from './downloader.ts';
import type { PackagesFilePlace } from './packages-file.ts';
import { below, encodePath } from './upstream-urls.ts';

const MAX_INDEX_BYTES = 512 << 20;

/** One Packages file, unpacked. */
export interface BarePackages {
  readonly bytes: Buffer;
  /** Of the unpacked file, lower-case hex. */
  readonly sha256: string;
}

/**
 * What there is of `names` (`Packages`, or `main/binary-amd64/Packages` and its like), in that order.
 *
 * @throws {AppError} the codes of `fetchRoot` and `decompress`; `FETCH_NOT_FOUND` when there is nothing at all.
 */
export async function readBarePackages(
  names: readonly string[],
  place: PackagesFilePlace,
  downloader: Downloader,
): Promise<readonly BarePackages[]> {
  const found = (await Promise.all(names.map((name) => readOne(name, place, downloader)))).filter((file) => file !== null);
  if (found.length > 0) return found;
  const { upstream, mirrors, dir } = place;
  const [tried = ''] = below(mirrors, encodePath.deb(dir), names.join(' and '));
  throw new AppError('FETCH_NOT_FOUND', `upstream ${upstream} has neither Release nor ${tried}, packed or not`, {
    hint: `make the list where the packages are (dpkg-scanpackages . > Packages), or correct the URL of upstream ${upstream}`,
  });
}

/** The first form that is there and whole. Several may differ: a list was made anew and its packed form forgotten. */
async function readOne(name: string, { upstream, mirrors, dir }: PackagesFilePlace, downloader: Downloader): Promise<BarePackages | null> {
  let damage: AppError | null = null;
  for (const compression of orderFor(mirrors)) {
    const file = `${name}${INDEX_SUFFIX[compression]}`;
    const label = `${upstream} ${file}`;
    const urls = below(mirrors, encodePath.deb(dir), encodePath.deb(file));
    try {
      const packed = await downloader.fetcher.fetchRoot({ urls, maxBytes: MAX_INDEX_BYTES, label });
      const bytes = await decompress(packed.bytes, compression, { maxBytes: MAX_INDEX_BYTES, label });
      return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
    } catch (error) {
      if (isAppError(error, 'INDEX_INVALID')) damage ??= error;
      else if (!isAppError(error, 'FETCH_NOT_FOUND')) throw error;
    }
  }
  if (damage !== null) throw damage;
  return null;
}

/** As apt asks where nothing tells what there is: over the network in order of size, on a disk the plain file first. */
function orderFor(mirrors: readonly string[]): readonly IndexCompression[] {
  const packed: readonly IndexCompression[] = ['xz', 'bz2', 'gz', 'zst'];
  return mirrors[0]?.startsWith('file:') === true ? ['none', ...packed] : [...packed, 'none'];
}
