/** Reads the manifest files a target needs, lays the user's overlays over them, and says what is wanted. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../base/errors.ts';
import type { Flavor, Target } from '../base/target.ts';
import type { DistroManifest } from '../config/manifest/distro-manifest.ts';
import { manifestDigestInput } from '../config/manifest/manifest-digest-input.ts';
import { LISTING_FILES, type ManifestScope, manifestFilesFor } from '../config/manifest/manifest-files.ts';
import {
  type Manifest,
  type Overlay,
  parseManifestFiles,
  parseOverlay,
  type TextFile,
  yamlValue,
} from '../config/manifest/parse-manifest.ts';
import { resolveManifest } from '../config/manifest/resolve-manifest.ts';
import { readDerived, writeDerived } from '../store/derived-cache.ts';
import type { Store } from '../store/store.ts';

/** Which manifest is meant. */
export interface ManifestChoice {
  readonly target: Target;
  readonly flavor: Flavor;
  readonly region: string;
  /** The minor release to resolve against (`9.4`); null follows the newest. */
  readonly minor: string | null;
  /** Absolute paths of the user's overlays, in the order they are laid over ours. */
  readonly overlays: readonly string[];
  /** The only upstreams to use, whatever the overlays say; empty for all. */
  readonly onlyUpstreams: readonly string[];
  /** The request names packages itself, so that groups and profiles of every file have to be known. */
  readonly namesPackages: boolean;
}

/** The manifest of one target and the digest a lock keeps of it. */
export interface LoadedManifest {
  readonly manifest: DistroManifest;
  readonly sha256: string;
}

const VALUES_KIND = 'manifest-values';

/**
 * The manifest of a choice. `root` is the directory that has `manifests/`; `store` keeps what our own files stand for between runs.
 *
 * @throws {AppError} `CONFIG_INVALID`, `CONFIG_MISSING` for an overlay that cannot be read.
 */
export async function loadManifest(root: string, choice: ManifestChoice, store: Store): Promise<LoadedManifest> {
  const { target, flavor, region, minor, onlyUpstreams } = choice;
  const names = manifestFilesFor(target, flavor, scopeOf(choice));
  const parsed = await parseOwn(await Promise.all(names.map((name) => readOwn(root, name))), store);
  const overlays = await loadOverlays(choice.overlays);
  const manifest = resolveManifest(parsed, { target, flavor, region, minor, overlays, onlyUpstreams });
  return { manifest, sha256: createHash('sha256').update(manifestDigestInput(manifest, choice.namesPackages)).digest('hex') };
}

/**
 * A user's overlays as they stand, judged each by itself.
 *
 * @throws {AppError} `CONFIG_INVALID`, `CONFIG_MISSING` for one that cannot be read.
 */
export async function loadOverlays(paths: readonly string[]): Promise<readonly Overlay[]> {
  return Promise.all(paths.map(async (path) => parseOverlay(await readOverlay(path))));
}

function scopeOf({ overlays, onlyUpstreams, namesPackages }: ManifestChoice): ManifestScope {
  if (overlays.length > 0 || onlyUpstreams.length > 0) return 'everything';
  return namesPackages ? 'packages' : 'profiles';
}

/** The manifest files that say what can be built at all. `root` is the directory that has `manifests/`. */
export async function loadListing(root: string): Promise<Manifest> {
  return parseManifestFiles(await Promise.all(LISTING_FILES.map((name) => readOwn(root, name))));
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

async function readOwn(root: string, name: string): Promise<TextFile> {
  return { path: `manifests/${name}`, text: await readFile(join(root, 'manifests', name), 'utf8') };
}

async function readOverlay(path: string): Promise<TextFile> {
  try {
    return { path, text: await readFile(path, 'utf8') };
  } catch (cause) {
    throw new AppError('CONFIG_MISSING', `cannot read the manifest ${path}`, { cause, hint: 'check the path given with --manifest' });
  }
}
