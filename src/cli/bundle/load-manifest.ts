/** Reads the manifest files a target needs, lays the user's overlays over them, and says what is wanted. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { parseTarget } from '../../base/target.ts';
import type { DistroManifest } from '../../config/manifest/distro-manifest.ts';
import { manifestDigestInput } from '../../config/manifest/manifest-digest-input.ts';
import { LISTING_FILES, manifestFilesFor } from '../../config/manifest/manifest-files.ts';
import { type Manifest, parseManifestFiles, parseOverlay, type TextFile, yamlValue } from '../../config/manifest/parse-manifest.ts';
import { resolveManifest } from '../../config/manifest/resolve-manifest.ts';
import type { Lock } from '../../lock/lock.ts';
import { readDerived, writeDerived } from '../../store/derived-cache.ts';
import type { Store } from '../../store/store.ts';
import type { CommandContext } from '../program/command.ts';
import { packageRoot } from './package-root.ts';
import type { LockOptions, RequestOptions } from './request-options.ts';

type ManifestOptions = Pick<RequestOptions, 'distro' | 'arch' | 'flavor' | 'region' | 'minor' | 'manifest' | 'package'>;

/** The manifest of one target and the digest a lock keeps of it. */
export interface LoadedManifest {
  readonly manifest: DistroManifest;
  readonly sha256: string;
}

const VALUES_KIND = 'manifest-values';

/**
 * The manifest for what the options name. `store` keeps what our own files stand for between runs.
 *
 * @throws {AppError} `TARGET_UNKNOWN`, `CONFIG_INVALID`, `CONFIG_MISSING` for an overlay that cannot be read.
 */
export async function loadManifest(options: ManifestOptions, context: CommandContext, store: Store): Promise<LoadedManifest> {
  const target = parseTarget(options.distro, options.arch ?? null);
  const isComplete = options.package.length > 0 || options.manifest.length > 0;
  const parsed = await parseOwn(await Promise.all(manifestFilesFor(target, options.flavor, isComplete).map(readOwn)), store);
  const overlays = await Promise.all(options.manifest.map(async (path) => parseOverlay(await readOverlay(resolve(context.cwd, path)))));
  const manifest = resolveManifest(parsed, {
    target,
    flavor: options.flavor,
    region: options.region,
    minor: options.minor ?? null,
    overlays,
  });
  return { manifest, sha256: createHash('sha256').update(manifestDigestInput(manifest)).digest('hex') };
}

/** The manifest a lock was made from: same target, flavor and minor release. @throws {AppError} as {@link loadManifest}. */
export async function manifestOfLock(lock: Lock, options: LockOptions, context: CommandContext, store: Store): Promise<LoadedManifest> {
  const { distro, arch, flavor, request } = lock;
  const wanted = { distro, arch, flavor, package: request.packages, ...options };
  return loadManifest(request.minor === null ? wanted : { ...wanted, minor: request.minor }, context, store);
}

/** The manifest files that say what can be built at all. */
export async function loadListing(): Promise<Manifest> {
  return parseManifestFiles(await Promise.all(LISTING_FILES.map(readOwn)));
}

async function parseOwn(files: readonly TextFile[], store: Store): Promise<Manifest> {
  const hash = createHash('sha256');
  for (const { text } of files) hash.update(`${text.length}\n${text}`);
  const key = hash.digest('hex');
  const kept = await readDerived(store, VALUES_KIND, key);
  if (kept !== undefined) {
    const values = JSON.parse(kept.toString('utf8')) as unknown[];
    return parseManifestFiles(files.map((file, at) => ({ ...file, value: values[at] })));
  }
  const manifest = parseManifestFiles(files);
  await writeDerived(store, VALUES_KIND, key, Buffer.from(JSON.stringify(files.map(({ text }) => yamlValue(text)))));
  return manifest;
}

async function readOwn(name: string): Promise<TextFile> {
  return { path: `manifests/${name}`, text: await readFile(join(packageRoot(), 'manifests', name), 'utf8') };
}

async function readOverlay(path: string): Promise<TextFile> {
  try {
    return { path, text: await readFile(path, 'utf8') };
  } catch (cause) {
    throw new AppError('CONFIG_MISSING', `cannot read the manifest ${path}`, { cause, hint: 'check the path given with --manifest' });
  }
}
