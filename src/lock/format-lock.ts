/**
 * Writes a lock: JSON with one package a line, so that a diff of two locks reads as a list of changed packages.
 * Key order is declared here once; the text depends on the value alone.
 */
import { compareCodeUnits } from '../base/compare.ts';
import type { Lock, LockedInstall, LockedPackage, LockedUpstream, SolvedProfile } from './lock.ts';

/** The text of a lock, ending in a newline. Byte-for-byte the same for equal locks, whatever order their arrays were in. */
export function formatLock(lock: Lock): string {
  const { distro, arch, flavor, request, snapshotSec } = lock;
  const head = {
    schema: lock.schema,
    distro,
    arch,
    flavor,
    request: {
      profiles: [...request.profiles].sort(compareCodeUnits),
      packages: [...request.packages].sort(compareCodeUnits),
      baseline: [...request.baseline].sort(compareCodeUnits),
      recommends: request.recommends,
      ...(request.modules.length === 0 ? {} : { modules: [...request.modules].sort(compareCodeUnits) }),
      pgVersion: request.pgVersion,
      minor: request.minor,
      manifestSha256: request.manifestSha256,
    },
    snapshotSec,
  };
  const headLines = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},`);
  const installs = [...lock.installs].sort(compareLockedInstalls).map(installLine);
  const components = Object.entries(lock.components)
    .sort(([a], [b]) => compareCodeUnits(a, b))
    .map(([name, component]) => `${JSON.stringify(name)}: ${JSON.stringify(writtenComponent(component))}`);
  const solved = [...lock.solved].sort(compareSolvedProfiles).map(solvedLine);
  const upstreams = [...lock.upstreams].sort(compareLockedUpstreams).map(upstreamLine);
  const packages = [...lock.packages].sort(compareLockedPackages).map(packageLine);
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

function packageLine(locked: LockedPackage): string {
  const { name, version, arch, upstream, path, base, file, sizeBytes, installedBytes, sha256, why, solveGroups, relations } = locked;
  return JSON.stringify({
    name,
    version,
    arch,
    upstream,
    path,
    base,
    file,
    sizeBytes,
    installedBytes,
    sha256,
    relations,
    solveGroups,
    why,
  });
}
