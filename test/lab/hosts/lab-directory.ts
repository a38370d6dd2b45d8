/** Where the lab keeps its trees and its running hosts: outside the repository, on a disk with room for some gigabytes. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `$PIGSTY_LAB_DIR`, by default a directory below /var/tmp. */
export function labDirectory(): string {
  return process.env.PIGSTY_LAB_DIR ?? '/var/tmp/pigsty-lab';
}

/** The directory `name` below the lab's, made when missing. */
export function labSubdirectory(name: string): string {
  const path = join(labDirectory(), name);
  mkdirSync(path, { recursive: true });
  return path;
}

/**
 * When the process `pid` started, in the kernel's ticks; undefined when there is no such process, or when it has ended and only waits to be
 * collected (which may be for ever). A pid alone may have been used again.
 */
export function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : rest[18];
  } catch {
    return undefined;
  }
}

/** `<pid> <start>` of a process, by default this one: who owns a directory or a lock. */
export function ownerMark(pid: number = process.pid): string {
  return `${pid} ${processStart(pid) ?? ''}`;
}

/** True when the process of an {@link ownerMark} still runs. */
export function ownerAlive(mark: string): boolean {
  const [pid = '', start = ''] = mark.trim().split(' ');
  return start !== '' && processStart(Number(pid)) === start;
}
