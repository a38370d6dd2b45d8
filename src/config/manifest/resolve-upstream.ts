/** One upstream entry of the manifest → concrete URLs, suite and trust for a target, region and minor release. */
import { type Family, familyOf, type Target } from '../../base/target.ts';
import type { Faults } from '../faults.ts';
import { didYouMean } from '../nearest-word.ts';
import type { ResolvedUpstream, UpstreamTrustPolicy } from './distro-manifest.ts';
import type { DistroEntry, KeyEntry, RegionUrls, UpstreamEntry } from './manifest-file.ts';

/** What the entries of one target are resolved against. */
export interface UpstreamContext {
  readonly target: Target;
  readonly distro: DistroEntry;
  readonly region: string;
  /** What `--minor` said, null without it. */
  readonly minor: string | null;
  readonly mirrors: Readonly<Record<string, RegionUrls>>;
  readonly keys: Readonly<Record<string, KeyEntry>>;
  readonly faults: Faults;
}

/**
 * Resolves one entry; with `pg` it is the instance for that PostgreSQL major. Faults (unknown mirror, key or placeholder) go to the
 * context's collector and leave a value that is not to be used.
 *
 * @param source where the entry stands, for messages: `upstreams/rpm.yaml: upstreams.baseos`
 */
export function resolveUpstream(entry: UpstreamEntry, source: string, pg: number | null, context: UpstreamContext): ResolvedUpstream {
  const family = familyOf(context.target.distro);
  const words = placeholders(entry, pg, context);
  const fill = (text: string): string => fillIn(text, words.values, source, context.faults);
  const suite = fill(entry.suite ?? '');
  const flat = suite.endsWith('/');
  checkLayout(entry, family, flat, source, context.faults);
  return {
    name: fill(entry.name),
    module: entry.module ?? 'user',
    description: fill(entry.description ?? entry.name),
    family,
    layout: family === 'rpm' ? 'rpm' : flat ? 'flat' : 'suite',
    urls: baseUrls(entry, fill, source, context).map((base) => joinUrl(base, fill(entry.path ?? ''))),
    suite,
    components: entry.components ?? [],
    priority: entry.priority ?? null,
    ...(entry.cost === undefined ? {} : { cost: entry.cost }),
    excludes: entry.excludepkgs ?? [],
    includes: entry.includepkgs ?? [],
    moduleHotfixes: entry.module_hotfixes ?? false,
    optional: entry.optional ?? false,
    minor: words.minor,
    trust: trustOf(entry, fill, source, context),
  };
}

interface Words {
  readonly values: Readonly<Record<string, string>>;
  readonly minor: string | null;
}

function placeholders(entry: UpstreamEntry, pg: number | null, context: UpstreamContext): Words {
  const { distro, target } = context;
  const { releasever, minor } = releaseOf(entry, context);
  return {
    minor,
    values: {
      releasever,
      basearch: target.arch,
      major: String(distro.major),
      codename: distro.codename,
      vendor: distro.vendor ?? 'el',
      ...(pg === null ? {} : { v: String(pg) }),
    },
  };
}

/** The value of `$releasever`, and the minor release the result belongs to. */
function releaseOf(entry: UpstreamEntry, context: UpstreamContext): { readonly releasever: string; readonly minor: string | null } {
  const { distro, minor } = context;
  const major = String(distro.major);
  // EPEL keeps the newest minor of 10 under 10z; its minor paths disappear after a while.
  if (entry.releasever === 'epel') return { releasever: distro.major >= 10 ? `${major}z` : major, minor: null };
  if (entry.releasever === 'pgdg') {
    const wanted = minor ?? distro.minor;
    if (wanted !== undefined && pgdgHasMinor(distro.major, wanted)) return { releasever: wanted, minor: wanted };
    return { releasever: major, minor: null };
  }
  if (minor !== null && entry.vault !== undefined) return { releasever: minor, minor };
  return { releasever: major, minor: null };
}

/** PGDG publishes per minor release from 9.6 on, and for 10 always. */
function pgdgHasMinor(major: number, minor: string): boolean {
  return major >= 10 || (major === 9 && Number(minor.split('.')[1]) >= 6);
}

function baseUrls(entry: UpstreamEntry, fill: (text: string) => string, source: string, context: UpstreamContext): readonly string[] {
  const bases = regionBases(entry, fill, source, context).map(fill);
  // An old minor release is in the vault; the newest is not there yet, but still where it always was.
  return context.minor !== null && entry.vault !== undefined ? [entry.vault, ...bases] : bases;
}

function regionBases(entry: UpstreamEntry, fill: (text: string) => string, source: string, context: UpstreamContext): readonly string[] {
  if ((entry.mirror === undefined) === (entry.url === undefined)) {
    context.faults.add(
      `${source}: found ${entry.url === undefined ? 'neither mirror nor url' : 'both mirror and url'}, expected one of them`,
    );
    return [];
  }
  if (typeof entry.url === 'string') return [entry.url];
  const name = fill(entry.mirror ?? '');
  const urls = entry.url ?? context.mirrors[name];
  if (urls === undefined) {
    const known = Object.keys(context.mirrors);
    context.faults.add(`${source}.mirror: found "${name}", expected one of ${known.join(', ')}${didYouMean(name, known)}`);
    return [];
  }
  const chosen = urls[context.region] ?? urls.default;
  if (chosen === undefined) {
    context.faults.add(`${source}: found no URL for region ${context.region}, expected one, or one for region default`);
    return [];
  }
  return typeof chosen === 'string' ? [chosen] : chosen;
}

function joinUrl(base: string, path: string): string {
  return path === '' ? base : `${base.replace(/\/+$/, '')}/${path}`;
}

function checkLayout(entry: UpstreamEntry, family: Family, flat: boolean, source: string, faults: Faults): void {
  if (family === 'rpm') {
    if (entry.suite !== undefined || entry.components !== undefined) {
      faults.add(`${source}: found suite or components, expected neither for an RPM repository; "on: [d12]" keeps a DEB one from it`);
    }
    return;
  }
  if (entry.suite === undefined)
    faults.add(
      `${source}.suite: found nothing, expected a suite (the word behind the URL in sources.list), or a path that ends in / for a flat repository; "on: [el9]" keeps an RPM one from it`,
    );
  else if (flat && (entry.components?.length ?? 0) > 0) faults.add(`${source}.components: found some, expected none for a flat repository`);
  else if (!flat && (entry.components?.length ?? 0) === 0) faults.add(`${source}.components: found none, expected at least one`);
}

function trustOf(entry: UpstreamEntry, fill: (text: string) => string, source: string, context: UpstreamContext): UpstreamTrustPolicy {
  const signed = entry.signed ?? [];
  const packagesSigned = signed.includes('packages');
  const mode = signed.includes('metadata') ? 'signed-metadata' : packagesSigned ? 'signed-packages' : 'unsigned';
  if ((entry.key === undefined) !== (signed.length === 0)) {
    context.faults.add(
      `${source}: found only one of key and signed, expected both or neither: apt’s Signed-By and dnf’s gpgkey are "key", what it signs is "signed"`,
    );
  }
  if (entry.trusted === true || entry.trusted === 'yes') return trustedByHand(entry, source, context);
  const key = keyOf(entry, fill, source, context);
  if (key === null) return { mode, packagesSigned, fingerprints: [], pinned: false, keyrings: [], keyUrls: [] };
  return { mode, packagesSigned, fingerprints: key.fingerprints, pinned: true, keyrings: key.keyrings, keyUrls: key.urls };
}

/** As `[trusted=yes]` in sources.list(5). dnf has no such word: there, an upstream without key and `signed` is enough. */
function trustedByHand(entry: UpstreamEntry, source: string, { target, faults }: UpstreamContext): UpstreamTrustPolicy {
  if (familyOf(target.distro) === 'rpm') faults.add(`${source}.trusted: found it for an RPM repository, expected it for a DEB one only`);
  if (entry.key !== undefined) faults.add(`${source}: found both key and trusted, expected one of them`);
  return { mode: 'trusted', packagesSigned: false, fingerprints: [], pinned: false, keyrings: [], keyUrls: [] };
}

function keyOf(entry: UpstreamEntry, fill: (text: string) => string, source: string, context: UpstreamContext): KeyEntry | null {
  if (entry.key === undefined) return null;
  const name = fill(entry.key);
  const key = context.keys[name];
  if (key === undefined) {
    const known = Object.keys(context.keys);
    context.faults.add(`${source}.key: found "${name}", expected one of the keys${didYouMean(name, known)}`);
  }
  return key ?? null;
}

function fillIn(text: string, words: Readonly<Record<string, string>>, source: string, faults: Faults): string {
  return text.replace(/\$([a-z]+)/g, (whole, word: string) => {
    const value = words[word];
    if (value === undefined)
      faults.add(
        `${source}: found ${whole}, expected one of ${Object.keys(words)
          .map((w) => `$${w}`)
          .join(' ')}`,
      );
    return value ?? whole;
  });
}
