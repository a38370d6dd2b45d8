/**
 * Names of files that are not finished yet. Each carries the number of the process that writes it, so that a later run can tell what a
 * killed one left behind from what a running one is still writing.
 */
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Where this process writes what will be renamed to `path`: a hidden name beside it. */
export function partialPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
}

/** Removes what dead processes left of `path`: files or directories named as {@link partialPath} does. Never throws: it only tidies up. */
export async function removeStalePartials(path: string): Promise<void> {
  const prefix = `.${basename(path)}.`;
  const names = await readdir(dirname(path)).catch(() => []);
  const stale = names.filter((name) => {
    if (!name.startsWith(prefix)) return false;
    const pid = /^(\d+)\.partial$/.exec(name.slice(prefix.length))?.[1];
    return pid !== undefined && !isRunning(Number(pid));
  });
  await Promise.all(stale.map((name) => rm(join(dirname(path), name), { recursive: true, force: true }).catch(() => undefined)));
}

/**
 * True when a process has this number, or may have it. A wrong "yes" leaves an unneeded file on disk; a wrong "no" would remove a file that
 * is still being written.
 */
export function isRunning(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
