/** Asks who holds a host, without touching the lock: also a question would be in the way of whoever wants it at that moment. */
import { type Host, runChecked } from './host.ts';
import { type LeaseOwner, parseOwner } from './lease-owner.ts';

/** A hold on a host. */
export interface HeldLease {
  /** Null when it cannot be told. */
  readonly owner: LeaseOwner | null;
  /** Seconds since their last sign of life. */
  readonly silentSec: number;
}

/** Locks of all processes stand in /proc/locks with the inode of their file, see proc(5). */
const QUESTION = `
inode=$(stat -c %i -- "$1" 2>/dev/null) && grep -qE "FLOCK .*:$inode 0 EOF" /proc/locks || exit 0
now=$(date +%s); seen=$(stat -c %Y -- "$1.owner" 2>/dev/null) || seen=$now
printf '%s %s' "$((now - seen))" "$(head -n 1 -- "$1.owner" 2>/dev/null)"
`;

/** Who holds `lock` of the host; null when nobody does. @throws {AppError} the codes of {@link Host.run}. */
export async function readLease(host: Host, lock: string, privileged = true): Promise<HeldLease | null> {
  const { stdout } = await runChecked(host, { argv: ['sh', '-c', QUESTION, 'sh', lock] }, { privileged });
  const [, seconds, owner = ''] = /^(-?\d+) (.*)/.exec(stdout.toString()) ?? [];
  return seconds === undefined ? null : { owner: parseOwner(owner), silentSec: Number(seconds) };
}
