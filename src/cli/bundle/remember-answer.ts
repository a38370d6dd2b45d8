/** Keeps what a command answered for `repeat-answer.ts`, where all it was made of can be looked at again. */
import { BUILD_ID } from '../../base/build-id.ts';
import { familyOf } from '../../base/target.ts';
import type { Downloader } from '../../metadata/downloader.ts';
import type { CommandContext } from '../program/command.ts';
import { type Answer, filesOfRoots, keepAnswer } from './answer-memo.ts';
import type { StatedRequest } from './state-request.ts';

/**
 * Does nothing for a program that was not built, for upstreams elsewhere, and for DEB: its Releases may expire at any second.
 *
 * @throws {AppError} `STORE_UNWRITABLE`, `DISK_FULL`
 */
export async function rememberAnswer(
  answer: Answer,
  { input, files }: StatedRequest,
  downloader: Downloader,
  context: CommandContext,
  buildId: string | null = BUILD_ID,
): Promise<void> {
  if (buildId === null || familyOf(input.manifest.target.distro) !== 'rpm') return;
  const roots = filesOfRoots(downloader.fetcher.askedRoots);
  const keys = await downloader.keys.allPlaces();
  if (roots === null || keys.some(({ place }) => place.includes('://'))) return;
  const all = [...files, ...roots, ...keys.map(({ place, sha256 }) => ({ path: place, sha256 }))];
  await keepAnswer(downloader.store, { ...context, buildId }, all, answer);
}
