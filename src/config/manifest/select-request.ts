/** What a person asked for (profiles, packages, removals) → the list of package requests the solver gets. */
import { byKey, compareCodeUnits } from '../../base/compare.ts';
import { AppError } from '../../base/errors.ts';
import { formatTarget } from '../../base/target.ts';
import { deepFreeze } from '../deep-freeze.ts';
import { didYouMean } from '../nearest-word.ts';
import type { DistroManifest, ResolvedGroup, ResolvedProfile } from './distro-manifest.ts';
import { findGroup } from './find-group.ts';

/** One package somebody wants. */
export interface PackageRequest {
  /** A package name, or what `--package` said: `nginx`, `patroni.noarch`, `postgresql-17 (>= 17.2)`. */
  readonly text: string;
  /** Where it comes from: `profile infra, group infra-package`; several origins are joined by `; `. */
  readonly origin: string;
  /** Recommended packages come along: Recommends of it and of all that comes with it, and what supplements these. */
  readonly recommends: boolean;
  /** Suggested ones as well: Suggests and Enhances. */
  readonly suggests?: boolean;
  /** When nothing provides it, that is reported and not an error. */
  readonly optional: boolean;
  /** Name of a group that is solved on its own; requests with the same value belong together. */
  readonly separate?: string;
}

/** A request in a person's words. */
export interface RequestSelection {
  readonly profiles: readonly string[];
  /** Names of groups or packages; a group is expanded. */
  readonly packages: readonly string[];
  /** Package names not to ask for. They may still come as dependencies. */
  readonly removals: readonly string[];
  /** PostgreSQL major for what does not fix it by name; null is the default. */
  readonly pgVersion: number | null;
  /** Recommended packages for every request, whatever its group says. Default false. */
  readonly recommends?: boolean;
}

/**
 * Expands a selection. The result is sorted by text. Requests for the same package are merged: recommended and suggested packages come if
 * one of the requests says so; the package is optional only if all of them say so.
 *
 * @throws {AppError} `PROFILE_UNKNOWN` with every unknown profile, PostgreSQL version and removal, and what exists instead.
 */
export function selectRequest(manifest: DistroManifest, selection: RequestSelection): readonly PackageRequest[] {
  const expansion = new Expansion(manifest, selection.pgVersion ?? manifest.pgDefault);
  expansion.checkVersion();
  for (const name of selection.profiles) expansion.addProfile(name);
  for (const name of selection.packages) expansion.addPackage(name);
  const removals = [...manifest.removals, ...selection.removals];
  expansion.checkRemovals(selection.removals);
  expansion.throwIfAny();
  const gone = new Set(removals);
  const requests = expansion.requests.filter((request) => !gone.has(request.text));
  return deepFreeze(
    mergeRequests(selection.recommends === true ? requests.map((request) => ({ ...request, recommends: true })) : requests),
  );
}

class Expansion {
  readonly requests: PackageRequest[] = [];
  private readonly faults: string[] = [];
  private readonly manifest: DistroManifest;
  private readonly pg: number;

  constructor(manifest: DistroManifest, pg: number) {
    this.manifest = manifest;
    this.pg = pg;
  }

  checkVersion(): void {
    const { pgVersions } = this.manifest;
    if (pgVersions.includes(this.pg)) return;
    this.faults.push(`PostgreSQL ${this.pg} is not available ${this.where()}; available: ${pgVersions.join(', ')}`);
  }

  addProfile(name: string): void {
    const { profiles } = this.manifest;
    if (!Object.hasOwn(profiles, name)) {
      const known = Object.keys(profiles).sort(compareCodeUnits);
      this.faults.push(`profile "${name}" is not available ${this.where()}${didYouMean(name, known)}; available: ${known.join(', ')}`);
      return;
    }
    this.expandProfile(name, name, new Set());
  }

  /** `label` is the profile the person named: an included profile is part of it. */
  private expandProfile(name: string, label: string, seen: Set<string>): void {
    if (seen.has(name)) return;
    seen.add(name);
    const profile = this.manifest.profiles[name] as ResolvedProfile;
    const start = this.requests.length;
    for (const included of profile.includes) this.expandProfile(included, label, seen);
    for (const group of profile.groups) {
      const found = findGroup(this.manifest.groups, group);
      if (found === null) throw new Error(`profile ${name} has unknown group ${group}`);
      this.addGroup(group, found.group, found.pg ?? profile.pg ?? this.pg, `profile ${label}, group ${group}`);
    }
    for (const text of profile.packages) {
      this.requests.push({
        text: text.replaceAll('$v', String(profile.pg ?? this.pg)),
        origin: `profile ${label}`,
        recommends: false,
        optional: false,
      });
    }
    const gone = new Set(profile.removals);
    const kept = this.requests.splice(start).filter((request) => !gone.has(request.text));
    for (const request of kept) this.requests.push(request);
  }

  addPackage(name: string): void {
    const found = findGroup(this.manifest.groups, name);
    if (found === null) this.requests.push({ text: name, origin: '--package', recommends: false, optional: false });
    else this.addGroup(name, found.group, found.pg ?? this.pg, `--package ${name}`);
  }

  private addGroup(name: string, group: ResolvedGroup, pg: number, origin: string): void {
    if (group.pg !== null && !group.pg.includes(pg)) {
      this.faults.push(`group "${name}" has nothing for PostgreSQL ${pg} ${this.where()}; it exists for ${group.pg.join(', ')}`);
      return;
    }
    const available = this.manifest.pgVersions.join(', ');
    if (!this.manifest.pgVersions.includes(pg) && group.packages.some((item) => item.name.includes('$v'))) {
      this.faults.push(`group "${name}" is for PostgreSQL ${pg}, which is not available ${this.where()}; available: ${available}`);
      return;
    }
    for (const item of group.packages) {
      if (item.pg !== null && !item.pg.includes(pg)) continue;
      const request = {
        text: item.name.replaceAll('$v', String(pg)),
        origin,
        recommends: group.recommends || group.suggests,
        ...(group.suggests ? { suggests: true } : {}),
        optional: group.optional || item.optional,
      };
      this.requests.push(group.separate ? { ...request, separate: name } : request);
    }
  }

  /** A removal of something nobody ever asks for is a mistyped name. */
  checkRemovals(removals: readonly string[]): void {
    if (removals.length === 0) return;
    const known = new Set(this.requests.map((request) => request.text));
    for (const group of Object.values(this.manifest.groups)) {
      for (const item of group.packages) for (const v of this.manifest.pgVersions) known.add(item.name.replaceAll('$v', String(v)));
    }
    for (const name of removals) {
      if (!known.has(name)) this.faults.push(`nothing asks for "${name}", so it cannot be removed${didYouMean(name, known)}`);
    }
  }

  throwIfAny(): void {
    const lines = [...new Set(this.faults)];
    if (lines.length === 0) return;
    throw new AppError('PROFILE_UNKNOWN', lines.join('\n'), {
      hint: 'pigsty-bundle distros shows what exists',
      details: { faults: lines },
    });
  }

  private where(): string {
    return `for ${formatTarget(this.manifest.target)} with flavor ${this.manifest.flavor}`;
  }
}

function mergeRequests(requests: readonly PackageRequest[]): PackageRequest[] {
  const merged = new Map<string, PackageRequest>();
  for (const request of requests) {
    const key = `${request.text}\n${request.separate ?? ''}`;
    const before = merged.get(key);
    merged.set(key, before === undefined ? request : join(before, request));
  }
  return [...merged.values()].sort(byKey((request) => `${request.text}\n${request.separate ?? ''}`));
}

function join(a: PackageRequest, b: PackageRequest): PackageRequest {
  const origins = [...new Set([...a.origin.split('; '), ...b.origin.split('; ')])].sort(compareCodeUnits);
  const suggests = a.suggests === true || b.suggests === true;
  const recommends = a.recommends || b.recommends;
  return { ...a, origin: origins.join('; '), recommends, ...(suggests ? { suggests } : {}), optional: a.optional && b.optional };
}
