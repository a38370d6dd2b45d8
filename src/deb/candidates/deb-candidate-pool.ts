/**
 * Several indexes side by side, and for each name its candidates in the order in which they are tried. The order follows apt_preferences(5)
 * and, where apt leaves it to the user, the manifest:
 *   1. pin, higher first: what a pin of the manifest says, else 100 for an installed package, 1 for a NotAutomatic release
 *      (100 with ButAutomaticUpgrades), else 500; below 0 is never chosen;
 *   2. the upstream's `priority`, lower first (default 500), as in dnf: it wins over the version, as a pin does in apt;
 *   3. version, higher first; 4. order of the upstreams.
 * The same file (name, version, architecture, sha256) in several upstreams is one candidate, of the first of them.
 */

import { compilePatterns, type NameMatcher } from '../../base/name-pattern.ts';
import type { PackageFacts } from '../../base/package-facts.ts';
import type { RejectedCandidate, SolvableId } from '../../solve/types.ts';
import { compareDebVersions } from '../../version/debvercmp.ts';
import type { DebPackageIndex, StanzaNote } from '../index/deb-package-index.ts';
import type { MultiArch, PackageRecord } from '../index/package-record.ts';
import type { HostPins } from './apt-preferences.ts';

/** One index with what the manifest and the Release say about it. An upstream with several components gives several. */
export interface UpstreamIndex {
  readonly name: string;
  readonly index: DebPackageIndex;
  /** Lower is better. Default 500. */
  readonly priority?: number;
  readonly notAutomatic?: boolean;
  readonly butAutomaticUpgrades?: boolean;
  /** Patterns of package names never taken from it. */
  readonly excludes?: readonly string[];
  /** When given, only names that match. */
  readonly includes?: readonly string[];
}

/** A pin of the manifest, as a stanza of apt_preferences. The first that matches counts. */
export interface AptPin {
  readonly packages: readonly string[];
  /** Only packages of this upstream. */
  readonly upstream?: string;
  /** Pattern of versions, as `17.*`. */
  readonly version?: string;
  /** apt's scale: below 0 never, 500 as usual. */
  readonly priority: number;
  /** For people: who wants it so, where it is not apt's own configuration. */
  readonly why?: string;
}

export interface DebCandidatePoolOptions {
  /** Debian's name of the target's architecture: `amd64`. Independent of the machine we run on. */
  readonly arch: string;
  /** Further architectures packages may come from, as `dpkg --add-architecture`. */
  readonly foreignArches?: readonly string[];
  readonly upstreams: readonly UpstreamIndex[];
  readonly pins?: readonly AptPin[];
  /** What the host lets apt do. */
  readonly host?: HostRules;
}

/** What a host says about its own packages and ours. */
export interface HostRules {
  /** `name arch` of packages on hold. */
  readonly held: ReadonlySet<string>;
  readonly pins: HostPins;
}

/** A package the solver may choose. */
export interface DebPackage {
  readonly id: SolvableId;
  readonly record: PackageRecord;
  readonly upstream: UpstreamIndex;
  /** `record.arch`, and the target's architecture for `all`. */
  readonly effectiveArch: string;
  readonly pin: number;
  /** The upstream's, or the best of several upstreams with the same file. Lower is better. */
  readonly priority: number;
  readonly isInstalled: boolean;
}

/** All packages of one name. */
export interface NameEntry {
  /** Best first. */
  readonly candidates: readonly DebPackage[];
  readonly rejected: readonly RejectedCandidate[];
}

/** What the lock and the index writer need of a chosen package. */
export interface PackageDescription extends PackageFacts {
  readonly multiArch: MultiArch;
  /** The original stanza, for our own Packages with Filename replaced. */
  readonly stanza: Buffer;
}

interface Part {
  readonly upstream: UpstreamIndex;
  /** Id of its first stanza. */
  readonly base: number;
  readonly isExcluded: NameMatcher;
  readonly isIncluded: NameMatcher;
}

interface CompiledPin {
  readonly pin: AptPin;
  readonly matchesName: NameMatcher;
  readonly matchesVersion: NameMatcher;
}

/** All upstreams of a target. Lookups are cached; the same question gets the same objects. */
export class DebCandidatePool {
  readonly arch: string;
  readonly arches: readonly string[];
  readonly #parts: readonly Part[];
  readonly #pins: readonly CompiledPin[];
  readonly #host: HostRules | undefined;
  readonly #entries = new Map<string, NameEntry>();
  readonly #packages = new Map<SolvableId, DebPackage>();
  /** Ids of duplicates → the id that stands for them. */
  readonly #standIns = new Map<SolvableId, SolvableId>();

  constructor(options: DebCandidatePoolOptions) {
    this.arch = options.arch;
    this.#host = options.host;
    this.arches = [options.arch, ...(options.foreignArches ?? [])];
    let base = 0;
    this.#parts = options.upstreams.map((upstream) => {
      const part = { upstream, base, isExcluded: compilePatterns(upstream.excludes ?? []), isIncluded: includeMatcher(upstream) };
      base += upstream.index.count;
      return part;
    });
    this.#pins = (options.pins ?? []).map((pin) => ({
      pin,
      matchesName: compilePatterns(pin.packages),
      matchesVersion: pin.version === undefined ? () => true : compilePatterns([pin.version]),
    }));
  }

  /** Candidates and rejects of a real package name. */
  entry(name: string): NameEntry {
    let entry = this.#entries.get(name);
    if (entry === undefined) {
      entry = this.#makeEntry(name);
      this.#entries.set(name, entry);
    }
    return entry;
  }

  /** Every package name there is, also of packages never taken. Reads all stanzas: for the moment when a name was not found. */
  names(): Set<string> {
    const names = new Set<string>();
    for (const { upstream } of this.#parts) {
      for (const stanza of upstream.index.goodStanzas()) names.add(upstream.index.record(stanza).name);
    }
    return names;
  }

  /** Candidates that may provide `name` (their Provides must be looked into), without packages of that name itself. */
  maybeProviders(name: string): DebPackage[] {
    const ids = new Set<SolvableId>();
    for (const part of this.#parts) {
      for (const stanza of part.upstream.index.maybeProviders(name)) {
        const own = part.upstream.index.record(stanza).name;
        if (own === name) continue;
        this.entry(own);
        ids.add(this.#standIn(part.base + stanza));
      }
    }
    return [...ids].flatMap((id) => this.#packages.get(id) ?? []);
  }

  /** A candidate by its id. */
  package(id: SolvableId): DebPackage {
    const found = this.#packages.get(id);
    if (found === undefined) throw new Error(`solvable ${id} was never a candidate`);
    return found;
  }

  /** Candidates among the stanzas with a flag of `STANZA_FLAG`, the best version of each name only, sorted by id. */
  candidatesWithFlag(mask: number): DebPackage[] {
    const names = new Set<string>();
    for (const part of this.#parts) {
      for (const stanza of part.upstream.index.stanzasWithFlag(mask)) names.add(part.upstream.index.record(stanza).name);
    }
    const best = [...names].flatMap((name) => this.entry(name).candidates.find((found) => found.effectiveArch === this.arch) ?? []);
    return best.sort((a, b) => a.id - b.id);
  }

  /** Candidates that are installed on the baseline's host, sorted by id. */
  installed(): DebPackage[] {
    const found: DebPackage[] = [];
    for (const part of this.#parts) {
      if (part.upstream.index.kind !== 'status') continue;
      for (const stanza of part.upstream.index.goodStanzas()) {
        this.entry(part.upstream.index.record(stanza).name);
        const candidate = this.#packages.get(part.base + stanza);
        if (candidate !== undefined) found.push(candidate);
      }
    }
    return found;
  }

  /** Everything the lock and the index writer need. */
  describe(id: SolvableId): PackageDescription {
    const { record, upstream } = this.package(id);
    const { name, version, arch, path, sizeBytes, sha256, installedBytes, multiArch } = record;
    const stanza = this.#stanzaBytes(id);
    return { name, version, arch, upstream: upstream.name, path, sizeBytes, sha256, installedBytes, multiArch, stanza };
  }

  /** Notes that a candidate cannot be installed because of its own metadata. */
  leaveOut(id: SolvableId, why: string): void {
    const part = this.#partOf(id);
    part.upstream.index.leaveOut(id - part.base, why);
  }

  /** What was odd about a candidate's stanza and did no harm; null when nothing was. */
  oddity(id: SolvableId): StanzaNote | null {
    const part = this.#partOf(id);
    return part.upstream.index.oddity(id - part.base);
  }

  #stanzaBytes(id: SolvableId): Buffer {
    const part = this.#partOf(id);
    return part.upstream.index.stanzaBytes(id - part.base);
  }

  #partOf(id: SolvableId): Part {
    const part = this.#parts.findLast((candidate) => candidate.base <= id && id < candidate.base + candidate.upstream.index.count);
    if (part === undefined) throw new Error(`no solvable ${id}`);
    return part;
  }

  #makeEntry(name: string): NameEntry {
    const found: DebPackage[] = [];
    const rejected: RejectedCandidate[] = [];
    for (const part of this.#parts) {
      for (const stanza of part.upstream.index.stanzasOf(name)) {
        const candidate = this.#makePackage(part, stanza);
        const why = this.#rejection(part, candidate);
        if (why === null) found.push(candidate);
        else rejected.push({ label: packageLabel(candidate), why });
      }
    }
    for (const { upstream } of this.#parts) {
      for (const { label, why } of upstream.index.leftOutOf(name)) {
        rejected.push({ label: `${label} [${upstream.name}]`, why: `left out: ${why}` });
      }
    }
    const candidates = this.#allowedByHost(this.#withoutDuplicates(found), rejected).sort(compareDebPackages);
    for (const candidate of candidates) this.#packages.set(candidate.id, candidate);
    return { candidates, rejected };
  }

  #makePackage(part: Part, stanza: number): DebPackage {
    const { upstream, base } = part;
    const record = upstream.index.record(stanza);
    return {
      id: base + stanza,
      record,
      upstream,
      effectiveArch: record.arch === 'all' ? this.arch : record.arch,
      pin: this.#pinOf(record, upstream),
      priority: upstream.priority ?? 500,
      isInstalled: upstream.index.kind === 'status',
    };
  }

  #rejection(part: Part, candidate: DebPackage): string | null {
    const { record } = candidate;
    if (candidate.isInstalled) return null;
    if (part.isExcluded(record.name)) return `excluded by the excludes of ${part.upstream.name}`;
    if (!part.isIncluded(record.name)) return `not among the includes of ${part.upstream.name}`;
    if (!this.arches.includes(candidate.effectiveArch)) return `architecture ${record.arch} is not ${this.arches.join(' or ')}`;
    if (candidate.pin < 0) return this.#whyNever(record, candidate.pin);
    return null;
  }

  /** As `apt-cache policy` shows it: a priority below 0. */
  #whyNever({ name }: PackageRecord, priority: number): string {
    const asked = this.#pins.find(({ pin, matchesName }) => pin.why !== undefined && matchesName(name))?.pin.why;
    return asked === undefined ? `pinned to ${priority}: never to be installed` : `${asked} (apt: Pin-Priority ${priority})`;
  }

  #pinOf(record: PackageRecord, upstream: UpstreamIndex): number {
    for (const { pin, matchesName, matchesVersion } of this.#pins) {
      const isUpstream = pin.upstream === undefined || pin.upstream === upstream.name;
      if (isUpstream && matchesName(record.name) && matchesVersion(record.version)) return pin.priority;
    }
    if (upstream.index.kind === 'status') return 100;
    if (upstream.notAutomatic !== true) return 500;
    return upstream.butAutomaticUpgrades === true ? 100 : 1;
  }

  /** Without what apt would not take on the host, whatever else there is. */
  #allowedByHost(found: readonly DebPackage[], rejected: RejectedCandidate[]): DebPackage[] {
    return found.filter((candidate) => {
      const why = this.#host === undefined || candidate.isInstalled ? null : whyNotOnHost(candidate, found, this.#host);
      if (why !== null) rejected.push({ label: packageLabel(candidate), why });
      return why === null;
    });
  }

  /** Keeps the first of equal files, with the best rank of them; an installed package stands for the same version in any archive. */
  #withoutDuplicates(found: readonly DebPackage[]): DebPackage[] {
    const firsts: DebPackage[] = [];
    for (const candidate of found) {
      const at = firsts.findIndex((other) => isSamePackage(other, candidate));
      const first = firsts[at];
      if (first === undefined) {
        firsts.push(candidate);
        continue;
      }
      const [kept, dropped] = candidate.isInstalled && !first.isInstalled ? [candidate, first] : [first, candidate];
      firsts[at] = { ...kept, pin: Math.max(first.pin, candidate.pin), priority: Math.min(first.priority, candidate.priority) };
      this.#standIns.set(dropped.id, kept.id);
    }
    return firsts;
  }

  #standIn(id: SolvableId): SolvableId {
    let standing = id;
    for (let next = this.#standIns.get(id); next !== undefined; next = this.#standIns.get(next)) standing = next;
    return standing;
  }
}

/** apt's choice between the version of a bundle and the installed one (`pkgPolicy::GetCandidateVer`); null when it takes the bundle's. */
function whyNotOnHost({ record, effectiveArch }: DebPackage, others: readonly DebPackage[], { held, pins }: HostRules): string | null {
  const { name, version } = record;
  const installed = others.find((other) => other.isInstalled && other.effectiveArch === effectiveArch);
  if (installed !== undefined && held.has(`${name} ${installed.record.arch}`))
    return `${name} is on hold on the host at ${installed.record.version}`;
  const priority = pins.ofBundle(name, version);
  if (priority <= 0) return `the host pins it to ${priority}: never to be installed`;
  if (installed === undefined) return null;
  const standing = pins.ofInstalled(name, installed.record.version);
  return priority < standing ? `the host pins ${name} ${installed.record.version} to ${standing}, this to ${priority}` : null;
}

/** `nginx 1.22.1-9 amd64 [debian]` */
export function packageLabel(candidate: DebPackage): string {
  const { name, version, arch } = candidate.record;
  return `${name} ${version} ${arch} [${candidate.upstream.name}]`;
}

/** Best first, as the head of this file says. */
export function compareDebPackages(a: DebPackage, b: DebPackage): number {
  if (a.pin !== b.pin) return b.pin - a.pin;
  if (a.priority !== b.priority) return a.priority - b.priority;
  const versions = compareDebVersions(b.record.version, a.record.version);
  return versions !== 0 ? versions : a.id - b.id;
}

function includeMatcher(upstream: UpstreamIndex): NameMatcher {
  return upstream.includes === undefined ? () => true : compilePatterns(upstream.includes);
}

function isSamePackage(a: DebPackage, b: DebPackage): boolean {
  if (a.record.version !== b.record.version || a.record.arch !== b.record.arch) return false;
  return a.isInstalled || b.isInstalled || isSameContent(a.record, b.record);
}

function isSameContent(a: PackageRecord, b: PackageRecord): boolean {
  return (a.sha256 !== '' && a.sha256 === b.sha256) || (a.sha512 !== '' && a.sha512 === b.sha512);
}
