/** What to tell of a Release that is read all the same, because apt reads it: in apt's words where it has some. */
import type { ResolvedUpstream } from '../config/manifest/distro-manifest.ts';
import type { Release } from '../deb/index/release.ts';

const MOST_TOLD = 5;

/** Where it was read, and what was looked for in vain. */
export interface ReleaseReading {
  readonly url: string;
  /** Debian's name: `amd64`. */
  readonly arch: string;
  /** Components (null in a flat repository) of which the Release lists nothing for this architecture. */
  readonly empty: readonly (string | null)[];
}

/** Sentences that name upstream and file; empty when nothing is odd. */
export function releaseOddities(upstream: ResolvedUpstream, release: Release, { url, arch, empty }: ReleaseReading): string[] {
  const told = release.oddities.slice(0, MOST_TOLD).join('; ');
  const more = release.oddities.length > MOST_TOLD ? ` and ${release.oddities.length - MOST_TOLD} more` : '';
  return [
    ...(told === '' ? [] : [`upstream ${upstream.name}: ${url} is odd and read all the same, as apt does: ${told}${more}`]),
    ...suiteOddity(upstream, release, url),
    ...empty.map((component) => emptyText(upstream.name, release, { url, arch, component })),
  ];
}

/** A mirror may serve the properly signed Release of another suite. apt: "Conflicting distribution". */
function suiteOddity({ name, layout, suite }: ResolvedUpstream, release: Release, url: string): string[] {
  const names = [release.suite, release.codename].filter((one) => one !== '');
  const asked = suite.replace(/\/+$/, '');
  // `bookworm/updates` of Debian's security archive was called `bookworm` in its Release.
  const isKnown = names.includes(asked) || names.includes(asked.slice(0, Math.max(0, asked.lastIndexOf('/'))));
  if (layout === 'flat' || names.length === 0 || isKnown) return [];
  return [`upstream ${name}: conflicting distribution: ${url} (expected ${asked} but got ${names.join(', ')})`];
}

interface EmptyComponent {
  readonly url: string;
  readonly arch: string;
  readonly component: string | null;
}

function emptyText(upstream: string, release: Release, { url, arch, component }: EmptyComponent): string {
  const what = component === null ? 'no Packages file' : `nothing for component ${component}, architecture ${arch}`;
  const components = release.components.join(' ') || '(not said)';
  const architectures = release.architectures.join(' ') || '(not said)';
  return `upstream ${upstream}: ${url} lists ${what}: taken for empty, as apt does; it has components ${components} and architectures ${architectures}`;
}
