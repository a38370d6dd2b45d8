/** What `--minor` amounted to: which upstreams are that minor release's own, and which have none and follow the newest. */
import type { DistroManifest } from '../../../config/manifest/distro-manifest.ts';

/** A line for the result, `9.4: baseos, appstream; the newest of epel`; null when no minor release was asked for. */
export function minorText({ minor, upstreams }: DistroManifest): string | null {
  if (minor === null) return null;
  const own = upstreams.filter((upstream) => upstream.minor === minor).map(({ name }) => name);
  const others = upstreams.filter((upstream) => upstream.minor !== minor).map(({ name }) => name);
  const newest = others.length === 0 ? '' : `; not kept per minor release, so the newest: ${others.join(', ')}`;
  return `${minor} from its own repositories: ${own.length === 0 ? 'none' : own.join(', ')}${newest}`;
}
