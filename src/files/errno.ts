/** What a system error says, by its `errno` name. */

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT']);

/** The `errno` name of a system error (`ENOENT`), or `''`. */
export function errnoOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : '';
}

/** True when a system error says that the disk or the quota is exhausted. */
export function isDiskFull(error: unknown): boolean {
  return NO_ROOM.has(errnoOf(error));
}
