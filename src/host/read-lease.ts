/** Asks who holds a host. Whoever wants the lock waits longer than the question takes. */
import { type Host, runChecked } from './host.ts';
import { type LeaseOwner, parseOwner } from './lease-owner.ts';

/** A hold on a host. */
export interface HeldLease {
  /** Null when it cannot be told. */
  readonly owner: LeaseOwner | null;
  /** Seconds since their last sign of life. */
  readonly silentSec: number;
}

/** Not by /proc/locks: in a container that leaves out a lock whose process, the program `flock`, has ended. */
const QUESTION = `
[ -e "$1" ] && ! flock -n "$1" true || exit 0
now=$(date +%s); seen=$(stat -c %Y -- "$1.owner" 2>/dev/null) || seen=$now
printf '%s %s' "$((now - seen))" "$(head -n 1 -- "$1.owner" 2>/dev/null)"
`;

/** Who holds `lock` of the host; null when nobody does. @throws {AppError} the codes of {@link Host.run}. */
export async function readLease(host: Host, lock: string, privileged = true): Promise<HeldLease | null> {
  const { stdout } = await runChecked(host, { argv: ['sh', '-c', QUESTION, 'sh', lock] }, { privileged });
  const [, seconds, owner = ''] = /^(-?\d+) (.*)/.exec(stdout.toString()) ?? [];
  return seconds === undefined ? null : { owner: parseOwner(owner), silentSec: Number(seconds) };
}
