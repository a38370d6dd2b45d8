/** The order of versions in either family, for what does not care which one it is. */
import type { Family } from '../base/target.ts';
import { compareDebVersions } from './debvercmp.ts';
import { compareEvr, parseEvr } from './evr.ts';

/** By family: -1, 0 or 1 for two versions as a lock writes them. @throws {AppError} what the family's parser throws. */
export const compareVersions: Readonly<Record<Family, (a: string, b: string) => -1 | 0 | 1>> = {
  deb: compareDebVersions,
  rpm: (a, b) => compareEvr(parseEvr(a), parseEvr(b)),
};
