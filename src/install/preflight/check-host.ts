/** Judges a host by its facts, the bundle and what is to be installed. Pure; `CHECKS` lists the checks, one function each. */
import { formatBytes, formatDuration } from '../../base/bytes.ts';
import { compareCodeUnits } from '../../base/compare.ts';
import { type RepositoryPlace, repositoryDirectory } from '../../base/repository-place.ts';
import { formatTarget } from '../../base/target.ts';
import { mountOfPath } from '../../facts/mounts.ts';
import type { HostFacts, ListeningPort } from '../../facts/types.ts';
import type { Declaration, PortClaim } from '../contract/declaration.ts';
import { isOwnSource } from '../packages/is-own-source.ts';
import { STATE_DIRECTORY } from '../state/earlier-runs.ts';
import type { Finding } from './finding.ts';

/** What preflight knows of the bundle; null when there is none (`doctor` without a bundle). */
export interface BundleNeeds {
  readonly target: Parameters<typeof formatTarget>[0] & { readonly minor: string | null };
  readonly id: string;
  readonly snapshotSec: number;
  /** Repository, unpacked. */
  readonly unpackedBytes: number;
  /** Packages, installed. */
  readonly installedBytes: number;
  /** Carried to the host first: its own size on top. */
  readonly uploadBytes: number;
}

/** Everything a check may look at. */
export interface PreflightInput extends RepositoryPlace {
  readonly facts: HostFacts;
  readonly bundle: BundleNeeds | null;
  readonly ports: Declaration['ports'];
  /** Where the web root leads when it does not exist yet. */
  readonly webData: string;
}

const CHECKS: readonly ((input: PreflightInput) => readonly Finding[])[] = [
  checkSystem,
  checkArch,
  checkPrivilege,
  checkSystemd,
  checkPackageManager,
  checkBrokenPackages,
  checkSpace,
  checkMemory,
  checkWebRoot,
  checkNoexec,
  checkPorts,
  checkClock,
  checkSecurity,
  checkSources,
  checkRepository,
];

/** All findings: errors first, then warnings, then information; by id within. */
export function checkHost(input: PreflightInput): Finding[] {
  const order = ['error', 'warning', 'info'];
  const findings = CHECKS.flatMap((check) => check(input));
  return findings.sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity) || compareCodeUnits(a.id, b.id));
}

function error(id: string, evidence: string, advice: string): Finding {
  return { id, severity: 'error', evidence, advice };
}

function warning(id: string, evidence: string, advice: string): Finding {
  return { id, severity: 'warning', evidence, advice };
}

function info(id: string, evidence: string): Finding {
  return { id, severity: 'info', evidence, advice: '' };
}

function checkSystem({ facts, bundle }: PreflightInput): Finding[] {
  const seen = facts.os.prettyName || `${facts.os.id} ${facts.os.versionId}` || 'no os-release';
  if (bundle === null) return facts.os.distro === null ? [error('os-unsupported', seen, 'use a supported distribution')] : [];
  if (facts.os.distro !== bundle.target.distro) {
    return [
      error('os-mismatch', `the bundle is for ${formatTarget(bundle.target)}, the host is ${seen}`, `build a bundle for this system`),
    ];
  }
  const { minor } = bundle.target;
  const isSameMinor = minor === null || minor === facts.os.versionId;
  return isSameMinor
    ? []
    : [
        warning(
          'os-minor',
          `the bundle was made for ${minor}, the host is ${facts.os.versionId}`,
          'see whether the simulated transaction passes',
        ),
      ];
}

function checkArch({ facts, bundle }: PreflightInput): Finding[] {
  if (facts.arch === null) return [error('arch-unsupported', `CPU ${facts.machine}`, 'use x86_64 or aarch64')];
  if (bundle === null || bundle.target.arch === facts.arch) return [];
  return [error('arch-mismatch', `the bundle is for ${bundle.target.arch}, the host is ${facts.arch}`, 'build a bundle for this CPU')];
}

function checkPrivilege({ facts }: PreflightInput): Finding[] {
  const { how, user } = facts.privilege;
  return how === 'none'
    ? [error('no-root', `${user} is not root and has no password-less sudo`, 'run as root, or allow password-less sudo')]
    : [];
}

function checkSystemd({ facts }: PreflightInput): Finding[] {
  return facts.systemd === null ? [error('no-systemd', 'systemd is not the running init', 'use a host booted with systemd')] : [];
}

function checkPackageManager({ facts }: PreflightInput): Finding[] {
  return facts.packageManager === null
    ? [error('no-package-manager', 'neither apt-get nor dnf was found', 'use a supported distribution')]
    : [];
}

function checkBrokenPackages({ facts }: PreflightInput): Finding[] {
  if (facts.brokenPackages.length === 0) return [];
  const shown = facts.brokenPackages.slice(0, 8).map(({ name, state }) => `${name} (${state})`);
  return [error('packages-broken', `half-done packages: ${shown.join(', ')}`, 'run `dpkg --configure -a` and look at what it says')];
}

/** Needs are added up per file system: web root, packages and the carried bundle may share one. */
function checkSpace({ facts, bundle, webRoot, webData }: PreflightInput): Finding[] {
  if (bundle === null) return [];
  const isThere = facts.repository.bundleId === bundle.id;
  const web = facts.www.real !== '' ? facts.www.real : webData;
  const needs: [path: string, bytes: number][] = [
    [web, isThere ? 0 : bundle.unpackedBytes],
    ['/usr', bundle.installedBytes],
    [STATE_DIRECTORY, isThere ? 0 : bundle.uploadBytes],
  ];
  const perMount = new Map<string, { bytes: number; paths: string[]; available: number }>();
  for (const [path, bytes] of needs) {
    const mount = mountOfPath(facts.mounts, path);
    if (mount === undefined || bytes === 0) continue;
    const sum = perMount.get(mount.path) ?? { bytes: 0, paths: [], available: mount.availableBytes };
    perMount.set(mount.path, { ...sum, bytes: sum.bytes + bytes, paths: [...sum.paths, path === web ? webRoot : path] });
  }
  return [...perMount].flatMap(([mount, { bytes, paths, available }]) => {
    if (available >= bytes) return [];
    const evidence = `${mount} has ${formatBytes(available)} free, ${formatBytes(bytes)} are needed for ${paths.join(', ')}`;
    return [
      error('disk-space', evidence, `free ${formatBytes(bytes - available)} on ${mount}, or mount a larger file system at ${webData}`),
    ];
  });
}

const SMALL_MEMORY_BYTES = 900 * 1024 * 1024;

function checkMemory({ facts }: PreflightInput): Finding[] {
  if (facts.memoryBytes === 0 || facts.memoryBytes >= SMALL_MEMORY_BYTES) return [];
  return [warning('memory-small', `${formatBytes(facts.memoryBytes)} of memory`, 'give an INFRA host at least 2 GiB')];
}

function checkWebRoot({ facts, webRoot }: PreflightInput): Finding[] {
  const { type, target, real } = facts.www;
  if (type === 'file' || type === 'other') return [error('web-root-invalid', `${webRoot} is a ${type}`, `move ${webRoot} away`)];
  if (type === 'symlink' && real === '')
    return [error('web-root-dangling', `${webRoot} leads to ${target}, which is not there`, `create ${target}`)];
  return [];
}

function checkNoexec({ facts }: PreflightInput): Finding[] {
  const mount = mountOfPath(facts.mounts, STATE_DIRECTORY);
  if (mount === undefined || !mount.options.includes('noexec')) return [];
  return [warning('noexec', `${mount.path} is mounted noexec`, 'nothing of ours runs from there; package scripts of others may')];
}

function checkPorts({ facts, ports }: PreflightInput): Finding[] {
  return ports.flatMap((claim) => {
    const taken = facts.ports.find((port) => clashes(claim, port));
    if (taken === undefined) return [];
    const who = taken.process === '' ? 'somebody' : `${taken.process} (pid ${taken.pid})`;
    return [
      error(
        'port-taken',
        `${claim.protocol} ${taken.address}:${claim.port} is held by ${who}; ${claim.service} needs it`,
        'stop it, or give the component another port in pigsty.yml',
      ),
    ];
  });
}

function clashes(claim: PortClaim, port: ListeningPort): boolean {
  if (claim.protocol !== port.protocol || claim.port !== port.port || claim.holders.includes(port.process)) return false;
  const everywhere = (address: string | undefined): boolean => address === undefined || address === '0.0.0.0' || address === '::';
  return everywhere(claim.address) || everywhere(port.address) || claim.address === port.address;
}

const SKEW_WARNING_SEC = 30;
const SKEW_ERROR_SEC = 24 * 3600;

function checkClock({ facts, bundle }: PreflightInput): Finding[] {
  const findings: Finding[] = [];
  const skew = Math.abs(facts.clockSkewSec);
  const side = facts.clockSkewSec > 0 ? 'ahead of' : 'behind';
  const advice = 'set its clock (timedatectl set-time, or chronyc makestep): certificates and time series depend on it';
  if (skew > SKEW_WARNING_SEC) {
    const evidence = `the clock is ${formatDuration(skew * 1000)} ${side} ours`;
    findings.push(skew > SKEW_ERROR_SEC ? error('clock-wrong', evidence, advice) : warning('clock-skew', evidence, advice));
  }
  if (bundle !== null && facts.clockSec + SKEW_ERROR_SEC < bundle.snapshotSec)
    findings.push(error('clock-past', 'the clock is before the bundle was made', advice));
  return findings;
}

function checkSecurity({ facts }: PreflightInput): Finding[] {
  const { selinux, semanage, firewalld, ufw, fapolicyd } = facts.security;
  const findings: Finding[] = [];
  if (selinux === 'enforcing' && !semanage) {
    findings.push(
      warning(
        'selinux-semanage',
        'SELinux is enforcing and semanage is missing',
        'put policycoreutils-python-utils into the bundle, else Nginx answers 403',
      ),
    );
  }
  if (fapolicyd) findings.push(warning('fapolicyd', 'fapolicyd is active', 'allow the programs of the bundle, else services do not start'));
  if (firewalld) findings.push(info('firewall', 'firewalld is active'));
  if (ufw) findings.push(info('firewall', 'ufw is active'));
  return findings;
}

function checkSources({ facts, repoName }: PreflightInput): Finding[] {
  const others = facts.sources.filter((file) => !isOwnSource(file.path, repoName) && /^\s*(deb\s|Types:|\[)/m.test(file.content));
  return others.length === 0 ? [] : [info('other-sources', `other package sources: ${others.map((file) => file.path).join(', ')}`)];
}

function checkRepository({ facts, bundle, ...place }: PreflightInput): Finding[] {
  const { complete, bundleId } = facts.repository;
  if (!complete || bundle === null || bundleId === bundle.id) return [];
  const what = bundleId === null ? 'a complete repository that is not ours' : `bundle ${bundleId.slice(0, 12)}`;
  return [warning('other-repository', `${repositoryDirectory(place)} holds ${what}`, 'it is replaced with --yes')];
}
