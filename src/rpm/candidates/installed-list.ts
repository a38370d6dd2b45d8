/**
 * Reads what `rpm -qa` printed on a host: plain (`nginx-1.20.1-14.el9.x86_64`; `dnf repoquery --installed` has the epoch before the
 * version) or with `--qf '%{NAME} %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE} %{ARCH}\n'`, which alone tells epochs and is never ambiguous.
 */
import { AppError } from '../../base/errors.ts';
import { compareEvr, parseEvr } from '../../version/evr.ts';
import { formatNevra, type RpmPackage } from '../package/rpm-package.ts';
import { isInstallOnly, isInstallOnlyMark } from './rpm-candidate-pool.ts';

/** What a line says of an installed package. `epoch` is null when the line has none, which then means any. */
export interface InstalledEntry {
  readonly name: string;
  readonly epoch: string | null;
  readonly version: string;
  readonly release: string;
  readonly arch: string;
}

const FIELDS = /^(\S+) (\S+) (\S+)$/;
const PLAIN = /^([^\s/]+)-(?:(\d+):)?([^\s/:-]+)-([^\s/-]+)\.([A-Za-z0-9_]+)$/;
const MAX_LINES = 100_000;

/** A captured list. */
export interface InstalledList {
  /** In the order of the list. */
  readonly entries: readonly InstalledEntry[];
  /** What was odd, as sentences. */
  readonly notes: readonly string[];
}

/**
 * The packages of a captured list. Public keys, which rpm lists as `gpg-pubkey`, are passed over; a line that names no package costs
 * itself.
 *
 * @throws {AppError} `CONFIG_INVALID` when more lines name no package than do.
 */
export function parseInstalledList(text: string, path: string): InstalledList {
  const lines = text.split('\n').map((line) => line.trim());
  const entries: InstalledEntry[] = [];
  const faults: string[] = [];
  for (const [at, line] of lines.entries()) {
    if (line === '' || line.startsWith('#') || line.startsWith('gpg-pubkey')) continue;
    const entry = parseLine(line);
    if (entry === null) faults.push(`line ${at + 1}: ${line.slice(0, 80)}`);
    else entries.push(entry);
  }
  const isList = entries.length > faults.length && entries.length <= MAX_LINES;
  if (isList) return { entries, notes: faults.length === 0 ? [] : [`the host of ${path}: ${leftOut(faults)}`] };
  const why = faults.length > 0 ? `lines that name no package:\n  ${faults.slice(0, 5).join('\n  ')}` : `${entries.length} packages`;
  throw new AppError('CONFIG_INVALID', `the baseline ${path} is no list of installed packages: ${why}`, {
    hint: `capture it on the host with: rpm -qa --qf '%{NAME} %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE} %{ARCH}\\n'`,
  });
}

function leftOut(faults: readonly string[]): string {
  const more = faults.length > 5 ? ` and ${faults.length - 5} more` : '';
  return `lines that name no package are left out: ${faults.slice(0, 5).join('; ')}${more}`;
}

function parseLine(line: string): InstalledEntry | null {
  const fields = FIELDS.exec(line);
  if (fields !== null) {
    const { epoch, version, release } = parseEvr(fields[2] ?? '');
    return { name: fields[1] ?? '', epoch: epoch === '' ? '0' : epoch, version, release, arch: fields[3] ?? '' };
  }
  const [, name, epoch = null, version, release, arch] = PLAIN.exec(line) ?? [];
  if (name === undefined || version === undefined || release === undefined || arch === undefined) return null;
  return { name, epoch, version, release, arch };
}

/**
 * The installed packages as packages: with all the metadata when an upstream has the very same one, else with nothing but what every
 * package provides, its own name.
 */
export function installedPackages(entries: readonly InstalledEntry[], known: Iterable<RpmPackage>): RpmPackage[] {
  const byNevra = new Map<string, RpmPackage>();
  const wanted = new Set(entries.map(({ name }) => name));
  const installOnly = new Map<string, RpmPackage>();
  for (const pkg of known) {
    if (!wanted.has(pkg.name)) continue;
    if (isInstallOnly({ pkg })) installOnly.set(pkg.name, pkg);
    for (const key of [keyOf(pkg, pkg.epoch), keyOf(pkg, null)]) if (!byNevra.has(key)) byNevra.set(key, pkg);
  }
  const found = entries.map((entry) => byNevra.get(keyOf(entry, entry.epoch)) ?? stubPackage(entry, installOnly.get(entry.name)));
  return [...new Map(found.map((pkg) => [formatNevra(pkg), pkg])).values()];
}

/** A list of installed packages without older ones of a name that dnf would have replaced, and these. */
export interface WithoutDuplicates {
  readonly packages: readonly RpmPackage[];
  /** Left on the host by an interrupted run of dnf. */
  readonly duplicates: readonly RpmPackage[];
}

/** Keeps the newest of a name, install-only packages and two word sizes aside: what dnf makes of such a host as soon as it can. */
export function withoutDuplicates(installed: readonly RpmPackage[]): WithoutDuplicates {
  const byName = Map.groupBy(installed, ({ name }) => name);
  const duplicates = new Set<RpmPackage>();
  for (const same of byName.values()) {
    const kept: RpmPackage[] = [];
    for (const pkg of same.toSorted((a, b) => compareEvr(b, a))) {
      if (kept.some((newer) => isReplaced(pkg, newer))) duplicates.add(pkg);
      else kept.push(pkg);
    }
  }
  return { packages: installed.filter((pkg) => !duplicates.has(pkg)), duplicates: [...duplicates] };
}

function isReplaced(pkg: RpmPackage, newer: RpmPackage): boolean {
  if (isInstallOnly({ pkg }) && isInstallOnly({ pkg: newer })) return false;
  return pkg.arch === newer.arch || pkg.arch === 'noarch' || newer.arch === 'noarch';
}

function keyOf(entry: Omit<InstalledEntry, 'epoch'>, epoch: string | null): string {
  return `${entry.name} ${epoch ?? '*'}:${entry.version}-${entry.release} ${entry.arch}`;
}

/** `sibling` is a version of it that is install-only: then this one is, too, as old kernels are. */
function stubPackage({ name, epoch, version, release, arch }: InstalledEntry, sibling: RpmPackage | undefined): RpmPackage {
  const evr = { epoch: epoch ?? '0', version, release };
  return {
    ...{ name, arch, ...evr, checksum: { algorithm: 'sha256', hex: '' }, location: '', locationBase: '', summary: '', description: '' },
    ...{ url: '', packager: '', vendor: '', license: '', group: '', buildhost: '', sourceRpm: '', files: [] },
    ...{ timeFile: 0, timeBuild: 0, sizePackage: 0, sizeInstalled: 0, sizeArchive: 0, headerStart: 0, headerEnd: 0 },
    ...{ requires: [], conflicts: [], obsoletes: [], suggests: [], enhances: [], recommends: [], supplements: [] },
    provides: [{ name, flags: 'EQ', ...evr, pre: false }, ...(sibling?.provides.filter(isInstallOnlyMark) ?? [])],
  };
}
