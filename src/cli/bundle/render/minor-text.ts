/** What `--minor` amounted to: which upstreams are that minor release's own, and which have none and follow the newest. */
import type { Lock } from '../../../lock/lock.ts';

/** A line for the result, `9.4: baseos, appstream; the newest of epel`; null when no minor release was asked for. */
export function minorText({ request, upstreams }: Lock): string | null {
  if (request.minor === null) return null;
  const remote = upstreams.filter(({ trust }) => trust.kind !== 'local');
  const own = remote.filter(({ minor }) => minor === request.minor).map(({ name }) => name);
  const others = remote.filter(({ minor }) => minor !== request.minor).map(({ name }) => name);
  const newest = others.length === 0 ? '' : `; not kept per minor release, so the newest: ${others.join(', ')}`;
  return `${request.minor} from its own repositories: ${own.length === 0 ? 'none' : own.join(', ')}${newest}`;
}
