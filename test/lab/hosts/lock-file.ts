/** Locks between processes of the tests: a file that names its holder, so that one left by a dead process is taken over. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownerAlive, ownerMark } from './lab-directory.ts';

const POLL_MS = 100;
const LIMIT_MS = 1_800_000;

/**
 * Runs `work` while this process alone holds the lock file `path`, whose directory exists; waits up to half an hour for it. Not reentrant.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await acquire(path);
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

async function acquire(path: string): Promise<void> {
  const end = Date.now() + LIMIT_MS;
  for (;;) {
    try {
      return writeFileSync(path, ownerMark(), { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = textOf(path);
    if (Date.now() > end) throw new Error(`another process (${holder}) has held ${path} for half an hour`);
    // Empty: the file was made a moment ago, or has just gone.
    if (holder !== '' && !ownerAlive(holder)) rmSync(path, { force: true });
    else await sleep(POLL_MS);
  }
}

/** The text of a file that another process may remove at any moment; empty when it is gone. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return '';
  }
}
