/**
 * Writes a lock: JSON with one package a line, so that a diff of two locks reads as a list of changed packages.
 * Key order is declared here once; the text depends on the value alone.
 */
import { compareCodeUnits } from '../base/compare.ts';
import type { Lock, LockedInstall, LockedPackage, LockedUpstream, SolvedProfile } from './lock.ts';

/** The same lock with everything in the order it has in a file: what {@link formatLock} and reading the text back give. */
export function orderLock(lock: Lock): Lock {
  const { request } = lock;
  const components = Object.entries(lock.components).sort(([a], [b]) => compareCodeUnits(a, b));
  return {
    ...lock,
    request: {
      ...request,
      profiles: request.profiles.toSorted(compareCodeUnits),
      packages: request.packages.toSorted(compareCodeUnits),
      baseline: request.baseline.toSorted(compareCodeUnits),
      modules: request.modules.toSorted(compareCodeUnits),
    },
    solved: lock.solved.toSorted(compareSolvedProfiles),
    installs: lock.installs.toSorted(compareLockedInstalls),
    components: Object.fromEntries(components),
    upstreams: lock.upstreams.toSorted(compareLockedUpstreams),
    packages: lock.packages.toSorted(compareLockedPackages).map(writtenPackage),
  };
}

/** The text of a lock, ending in a newline. Byte-for-byte the same for equal locks, whatever order their arrays were in. */
export function formatLock(unordered: Lock): string {
  const lock = orderLock(unordered);
  const { distro, arch, flavor, request, snapshotSec } = lock;
  const head = {
    schema: lock.schema,
    distro,
    arch,
    flavor,
    request: {
      profiles: request.profiles,
      packages: request.packages,
      baseline: request.baseline,
      recommends: request.recommends,
      ...(request.modules.length === 0 ? {} : { modules: request.modules }),
      pgVersion: request.pgVersion,
      minor: request.minor,
      manifestSha256: request.manifestSha256,
    },
    snapshotSec,
  };
  const headLines = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},`);
  const installs = lock.installs.map(installLine);
  const components = Object.entries(lock.components).map(
    ([name, component]) => `${JSON.stringify(name)}: ${JSON.stringify(writtenComponent(component))}`,
  );
  const solved = lock.solved.map(solvedLine);
  const upstreams = lock.upstreams.map(upstreamLine);
  const packages = lock.packages.map((locked) => JSON.stringify(locked));
  return [
    '{',
    ...headLines,
    `  "solved": ${block(solved)},`,
    `  "installs": ${block(installs)},`,
    `  "components": ${block(components, '{', '}')},`,
    `  "upstreams": ${block(upstreams)},`,
    `  "packages": ${block(packages)}`,
    '}',
    '',
  ].join('\n');
}

/** Order of packages in a lock: name, version text, arch. */
function compareLockedPackages(a: LockedPackage, b: LockedPackage): -1 | 0 | 1 {
  return compareCodeUnits(a.name, b.name) || compareCodeUnits(a.version, b.version) || compareCodeUnits(a.arch, b.arch);
}

function compareSolvedProfiles(a: SolvedProfile, b: SolvedProfile): -1 | 0 | 1 {
  return compareCodeUnits(a.profile, b.profile) || compareCodeUnits(a.baseline, b.baseline);
}

function compareLockedInstalls(a: LockedInstall, b: LockedInstall): -1 | 0 | 1 {
  return compareCodeUnits(a.profile, b.profile) || compareCodeUnits(a.solveGroup, b.solveGroup);
}

function compareLockedUpstreams(a: LockedUpstream, b: LockedUpstream): -1 | 0 | 1 {
  return compareCodeUnits(a.name, b.name) || compareCodeUnits(a.suite, b.suite);
}

function block(lines: readonly string[], open = '[', close = ']'): string {
  return lines.length === 0 ? open + close : `${open}\n    ${lines.join(',\n    ')}\n  ${close}`;
}

function installLine({ profile, solveGroup, packages }: LockedInstall): string {
  return JSON.stringify({ profile, solveGroup, packages });
}

function writtenComponent(component: Lock['components'][string]) {
  if ('absent' in component) return { absent: component.absent };
  const { packages, binary, unit, masks, user, config, version } = component;
  return { packages, binary, unit, masks, user, config, version };
}

function solvedLine({ profile, baseline, packages }: SolvedProfile): string {
  return JSON.stringify({ profile, baseline, packages });
}

function upstreamLine(upstream: LockedUpstream): string {
  const { name, suite, rootSha256, dateSec, trust, minor } = upstream;
  return JSON.stringify({ name, suite, minor, rootSha256, dateSec, trust: writtenTrust(trust) });
}

/** Fields without a value are left out of the text. */
function writtenTrust(trust: LockedUpstream['trust']) {
  if (!('fingerprint' in trust)) return { kind: trust.kind };
  const { kind, fingerprint, weak } = trust;
  return kind === 'packages'
    ? { kind, fingerprint, others: trust.others, weak }
    : { kind, fingerprint, packageSigners: trust.packageSigners, weak };
}

/** A package with what a lock says of it and nothing else, in the order of a file. */
function writtenPackage(locked: LockedPackage): LockedPackage {
  const { name, version, arch, upstream, path, base, file, sizeBytes, installedBytes, sha256, why, solveGroups, relations } = locked;
  return {
    name,
    version,
    arch,
    upstream,
    path,
    ...(base === undefined ? {} : { base }),
    file,
    sizeBytes,
    installedBytes,
    sha256,
    relations,
    solveGroups,
    why,
  };
}
