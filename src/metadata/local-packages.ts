/**
 * Packages given as files: `--package ./extra/tool.deb`. They go into the store and are one more upstream, called `local`, that wins over
 * every other: from here on nothing treats them in another way.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { byKey } from '../base/compare.ts';
import { AppError } from '../base/errors.ts';
import { type Family, familyOf, type Target } from '../base/target.ts';
import type { ResolvedUpstream } from '../config/manifest/distro-manifest.ts';
import { indexDebPackages } from '../deb/index/deb-package-index.ts';
import { LOCAL_UPSTREAM, type LockedUpstream } from '../lock/lock.ts';
import { packageFromHeaders } from '../rpm/package/package-from-header.ts';
import { readRpmHeaders } from '../rpm/package/read-rpm.ts';
import { formatNevra, type RpmPackage } from '../rpm/package/rpm-package.ts';
import { indexRpmPackages } from '../rpm/repodata/rpm-package-index.ts';
import type { Store, StoredBlob } from '../store/store.ts';
import { formatEvr } from '../version/evr.ts';
import type { DebUpstreamSnapshot } from './snapshot-deb.ts';
import type { RpmUpstreamSnapshot } from './snapshot-rpm.ts';

/** A package that was given as a file and is now in the store. */
export interface LocalPackage {
  /** What to ask the solver for. */
  readonly request: string;
  readonly sha256: string;
  /** As an upstream's metadata would have it: a stanza of Packages, or a package of primary.xml. */
  readonly metadata: { readonly family: 'deb'; readonly stanza: Buffer } | { readonly family: 'rpm'; readonly pkg: RpmPackage };
}

interface PackageKind {
  readonly suffix: string;
  readonly take: (file: string, target: Target, blob: StoredBlob) => Promise<LocalPackage>;
}

const KINDS: Readonly<Record<Family, PackageKind>> = { deb: { suffix: '.deb', take: takeDeb }, rpm: { suffix: '.rpm', take: takeRpm } };

/** A manifest's priorities begin at -1000, and lower wins. */
const RPM_PRIORITY = -1001;

/** True for a word that names a package file rather than a package. */
export function isPackageFile(word: string): boolean {
  return Object.values(KINDS).some(({ suffix }) => word.endsWith(suffix));
}

/**
 * Takes package files into the store.
 *
 * @returns sorted by request.
 * @throws {AppError} `USAGE` for a package of the other family, `CONFIG_MISSING` for a file that cannot be read, `PACKAGE_INVALID`.
 */
export async function takeLocalPackages(paths: readonly string[], target: Target, store: Store): Promise<LocalPackage[]> {
  const { suffix, take } = KINDS[familyOf(target.distro)];
  const foreign = paths.filter((path) => !path.endsWith(suffix));
  if (foreign.length > 0) throw new AppError('USAGE', `${target.distro} takes ${suffix} packages, not ${foreign.join(', ')}`);
  const taken = await Promise.all(paths.map(async (path) => take(basename(path), target, await putFile(path, store))));
  return taken.sort(byKey(({ request }) => request));
}

/** The upstream of these packages as a DEB snapshot has it; none when there are none. */
export function localDebSnapshot(packages: readonly LocalPackage[]): DebUpstreamSnapshot[] {
  const stanzas = packages.flatMap(({ metadata }) => (metadata.family === 'deb' ? [metadata.stanza, Buffer.from('\n\n')] : []));
  if (stanzas.length === 0) return [];
  const indexes = [indexDebPackages(Buffer.concat(stanzas), LOCAL_UPSTREAM)];
  return [
    {
      upstream: localUpstream('flat'),
      locked: lockedUpstream(packages),
      indexes,
      mirrors: [],
      notAutomatic: false,
      butAutomaticUpgrades: false,
    },
  ];
}

/** The upstream of these packages as an RPM snapshot has it; none when there are none. */
export function localRpmSnapshot(packages: readonly LocalPackage[]): RpmUpstreamSnapshot[] {
  const found = packages.flatMap(({ metadata }) => (metadata.family === 'rpm' ? [metadata.pkg] : []));
  if (found.length === 0) return [];
  const upstream = { ...localUpstream('rpm'), priority: RPM_PRIORITY, moduleHotfixes: true };
  const none = { modules: null, comps: null, mirrors: [] };
  // All their paths are known from the packages: there is nothing to look up later.
  const loadFiles = async () => new Map();
  return [
    {
      upstream,
      locked: lockedUpstream(packages),
      packages: indexRpmPackages(found),
      digests: packages.map(({ sha256 }) => sha256),
      ...none,
      loadFiles,
    },
  ];
}

function localUpstream(layout: ResolvedUpstream['layout']): ResolvedUpstream {
  return {
    name: LOCAL_UPSTREAM,
    module: LOCAL_UPSTREAM,
    description: 'packages given as files',
    family: layout === 'rpm' ? 'rpm' : 'deb',
    layout,
    urls: [],
    suite: '',
    components: [],
    priority: null,
    excludes: [],
    includes: [],
    moduleHotfixes: false,
    optional: false,
    minor: null,
    trust: { mode: 'unsigned', packagesSigned: false, fingerprints: [], pinned: false, keyrings: [], keyUrls: [] },
  };
}

function lockedUpstream(packages: readonly LocalPackage[]): LockedUpstream {
  const rootSha256 = createHash('sha256')
    .update(packages.map(({ sha256 }) => sha256).join('\n'))
    .digest('hex');
  return { name: LOCAL_UPSTREAM, suite: '', rootSha256, dateSec: 0, trust: { kind: 'local' } };
}

async function putFile(path: string, store: Store): Promise<StoredBlob> {
  return store.putFile(path).catch((cause: unknown) => {
    if (cause instanceof AppError) throw cause;
    throw new AppError('CONFIG_MISSING', `cannot read the package ${path}`, { cause, hint: 'check the path given with --package' });
  });
}

/** The lock names it as rpm would, whatever the file was called. */
async function takeRpm(file: string, target: Target, blob: StoredBlob): Promise<LocalPackage> {
  const headers = await readRpmHeaders(createReadStream(blob.path), file);
  const checksum = { algorithm: 'sha256', hex: blob.sha256 } as const;
  const { pkg: read, files } = packageFromHeaders(headers, { checksum, sizeBytes: blob.sizeBytes, timeFileSec: 0, location: file });
  const { name, version, release, arch } = read;
  // No filelists will tell of it: all its paths are known from the start.
  const pkg = { ...read, files, location: `${name}-${version}-${release}.${arch}.rpm` };
  // The other word size must be meant: a bare name never is.
  const request = arch === target.arch || arch === 'noarch' ? `${name} = ${formatEvr(pkg)}` : formatNevra(pkg);
  return { request, sha256: blob.sha256, metadata: { family: 'rpm', pkg } };
}

async function takeDeb(name: string, _target: Target, blob: StoredBlob): Promise<LocalPackage> {
  // What unpacks archives is loaded by those who give some.
  const { readDebFile } = await import('./read-deb-file.ts');
  const { stanza, fields } = await readDebFile(name, blob.path);
  const file = `${fields.get('package')}_${(fields.get('version') ?? '').replace(/^\d+:/, '')}_${fields.get('architecture')}.deb`;
  const indexed = `${stanza}Filename: ${file}\nSize: ${blob.sizeBytes}\nSHA256: ${blob.sha256}\n`;
  const request = `${fields.get('package')} (= ${fields.get('version')})`;
  return { request, sha256: blob.sha256, metadata: { family: 'deb', stanza: Buffer.from(indexed) } };
}
