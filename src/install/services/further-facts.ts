/**
 * What services can use beside {@link HostFacts} when it was asked for. Without it a step that would need it is left out rather than guessed: a file
 * that others write to as well is never replaced by one of ours alone.
 */
import type { HostFacts } from '../../facts/types.ts';

/** Facts that may be missing. */
export interface FurtherFacts {
  /** Content of /etc/hosts. */
  readonly etcHosts?: string;
  /** Content of /etc/resolv.conf. */
  readonly resolvConfText?: string;
  /** CAP_SYS_TIME is among the capabilities of process 1. False in most containers. */
  readonly canSetClock?: boolean;
}

/** The same facts, seen with those that may be missing. */
export function furtherFacts(facts: HostFacts): FurtherFacts {
  return facts as HostFacts & FurtherFacts;
}
