/** Packages given as files: `--package ./extra/tool.deb`. They go into the store, are indexed like an upstream called `local`, and win over it. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, resolve } from 'node:path';
import { byKey } from '../base/compare.ts';
import { AppError } from '../base/errors.ts';
import { type Family, familyOf, type Target } from '../base/target.ts';
import { readDebFile } from '../build/deb-contents.ts';
import { LOCAL_UPSTREAM } from '../build/fetch-packages.ts';
import type { CommandContext } from '../cli/program/command.ts';
import type { LockedUpstream } from '../lock/lock.ts';
import { packageFromHeaders } from '../rpm/package/package-from-header.ts';
import { readRpmHeaders } from '../rpm/package/read-rpm.ts';
import { formatNevra, type RpmPackage } from '../rpm/package/rpm-package.ts';
import type { Store, StoredBlob } from '../store/store.ts';
import { formatEvr } from '../version/evr.ts';

/** A package that was given as a file and is now in the store. */
export interface LocalPackage {
  /** What to ask the solver for. */
  readonly wish: string;
  readonly sha256: string;
  /** As an upstream's metadata would have it: a stanza of Packages, or a package of primary.xml. */
  readonly metadata: { readonly family: 'deb'; readonly stanza: Buffer } | { readonly family: 'rpm'; readonly pkg: RpmPackage };
}

const SUFFIX: Readonly<Record<Family, string>> = { deb: '.deb', rpm: '.rpm' };

/** True for a word that names a package file rather than a package. */
export function isPackageFile(word: string): boolean {
  return /\.(?:deb|rpm)$/.test(word);
}

/**
 * Takes the files among `words` into the store.
 *
 * @returns sorted by wish.
 * @throws {AppError} `USAGE` for a package of the other family, `CONFIG_MISSING` for a file that cannot be read, `PACKAGE_INVALID`.
 */
export async function takeLocalPackages(
  words: readonly string[],
  target: Target,
  store: Store,
  context: CommandContext,
): Promise<LocalPackage[]> {
  const suffix = SUFFIX[familyOf(target.distro)];
  const files = words.filter(isPackageFile);
  const foreign = files.filter((file) => !file.endsWith(suffix));
  if (foreign.length > 0) throw new AppError('USAGE', `${target.distro} takes ${suffix} packages, not ${foreign.join(', ')}`);
  const taken = await Promise.all(files.map((file) => takeOne(resolve(context.cwd, file), target, store)));
  return taken.sort(byKey(({ wish }) => wish));
}

/** How the lock names them as an upstream; none when there are none. */
export function localUpstream(packages: readonly LocalPackage[]): LockedUpstream[] {
  if (packages.length === 0) return [];
  const rootSha256 = createHash('sha256')
    .update(packages.map(({ sha256 }) => sha256).join('\n'))
    .digest('hex');
  return [{ name: LOCAL_UPSTREAM, suite: '', rootSha256, dateSec: 0, trust: { kind: 'local' } }];
}

async function takeOne(path: string, target: Target, store: Store): Promise<LocalPackage> {
  const blob = await store.putFile(path).catch((cause: unknown) => {
    if (cause instanceof AppError) throw cause;
    throw new AppError('CONFIG_MISSING', `cannot read the package ${path}`, { cause, hint: 'check the path given with --package' });
  });
  return path.endsWith('.rpm') ? takeRpm(basename(path), target, blob) : takeDeb(basename(path), blob);
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
  const wish = arch === target.arch || arch === 'noarch' ? `${name} = ${formatEvr(pkg)}` : formatNevra(pkg);
  return { wish, sha256: blob.sha256, metadata: { family: 'rpm', pkg } };
}

async function takeDeb(name: string, blob: StoredBlob): Promise<LocalPackage> {
  const { stanza, fields } = await readDebFile(name, blob.path);
  const file = `${fields.get('package')}_${(fields.get('version') ?? '').replace(/^\d+:/, '')}_${fields.get('architecture')}.deb`;
  const indexed = `${stanza}Filename: ${file}\nSize: ${blob.sizeBytes}\nSHA256: ${blob.sha256}\n`;
  const wish = `${fields.get('package')} (= ${fields.get('version')})`;
  return { wish, sha256: blob.sha256, metadata: { family: 'deb', stanza: Buffer.from(indexed) } };
}
