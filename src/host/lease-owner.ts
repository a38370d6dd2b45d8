/** Who holds a host, as one line of JSON on it, and as words. Pure. */

/** Who is at work on a host. */
export interface LeaseOwner {
  /** The verb: `install`. */
  readonly doing: string;
  readonly user: string;
  /** The machine it was typed on. */
  readonly from: string;
  readonly pid: number;
  /** Boot id of that machine: a process id means nothing after a restart. */
  readonly boot: string;
  readonly terminal: string | null;
  /** Seconds since 1970. */
  readonly sinceSec: number;
}

/** One line without its line break. */
export function formatOwner(owner: LeaseOwner): string {
  return JSON.stringify(owner);
}

/** Null for what is no owner: somebody may have written into the file. */
export function parseOwner(line: string): LeaseOwner | null {
  try {
    const { doing, user, from, pid, boot, terminal, sinceSec } = JSON.parse(line) as Record<string, unknown>;
    const texts = [doing, user, from, boot, terminal ?? ''];
    if (!texts.every((text) => typeof text === 'string') || typeof pid !== 'number' || typeof sinceSec !== 'number') return null;
    return { doing, user, from, pid, boot, terminal, sinceSec } as LeaseOwner;
  } catch {
    return null;
  }
}

/** `install by root@laptop (pid 2022, pts/0) since 2026-01-31 06:11:04 UTC`. */
export function sayOwner(owner: LeaseOwner | null): string {
  if (owner === null) return 'somebody';
  const { doing, user, from, pid, terminal, sinceSec } = owner;
  const since = new Date(Math.min(Math.max(sinceSec, 0), 8e12) * 1000).toISOString().slice(0, 19).replace('T', ' ');
  return `${doing} by ${user}@${from} (pid ${pid}${terminal === null ? '' : `, ${terminal}`}) since ${since} UTC`;
}
