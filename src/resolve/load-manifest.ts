/** Reads the manifest files a target needs, lays the user's overlays over them, and says what is wanted. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BUILD_ID } from '../base/build-id.ts';
import { AppError } from '../base/errors.ts';
import type { Flavor, Target } from '../base/target.ts';
import { deepFreeze } from '../config/deep-freeze.ts';
import type { DistroManifest } from '../config/manifest/distro-manifest.ts';
import { manifestDigestInput } from '../config/manifest/manifest-digest-input.ts';
import { LISTING_FILES, type ManifestScope, manifestFilesFor } from '../config/manifest/manifest-files.ts';
import type { Manifest, Overlay, TextFile } from '../config/manifest/parse-manifest.ts';
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

/** The manifest of one target, the digest a lock keeps of it, and the files it was read from. */
export interface LoadedManifest {
  readonly manifest: DistroManifest;
  readonly sha256: string;
  readonly files: readonly ManifestSource[];
}

/** A file as it was when it was read. */
export interface ManifestSource {
  /** Absolute. */
  readonly path: string;
  readonly sha256: string;
}

const VALUES_KIND = 'manifest-values';
const RESOLVED_KIND = 'manifest';

/**
 * The manifest of a choice. `root` is the directory that has `manifests/`; `store` keeps what files stand for between runs: all of them
 * together under `buildId`, our own in any case.
 *
 * @throws {AppError} `CONFIG_INVALID`, `CONFIG_MISSING` for an overlay that cannot be read.
 */
export async function loadManifest(
  root: string,
  choice: ManifestChoice,
  store: Store,
  buildId: string | null = BUILD_ID,
): Promise<LoadedManifest> {
  const names = manifestFilesFor(choice.target, choice.flavor, scopeOf(choice));
  const own = await Promise.all(names.map((name) => readOwn(root, name)));
  const overlays = await Promise.all(choice.overlays.map(readOverlay));
  const files = [
    ...own.map((file, at) => sourceOf(join(root, 'manifests', names[at] ?? ''), file)),
    ...overlays.map((file) => sourceOf(file.path, file)),
  ];
  if (buildId === null) return { files, ...(await makeManifest(own, overlays, choice, store)) };
  const key = digestOf([buildId, JSON.stringify(choice), ...[...own, ...overlays].flatMap(({ path, text }) => [path, text])]);
  const kept = await readDerived(store, RESOLVED_KIND, key);
  if (kept !== undefined) return { files, ...deepFreeze(JSON.parse(kept.toString('utf8')) as MadeManifest) };
  const made = await makeManifest(own, overlays, choice, store);
  await writeDerived(store, RESOLVED_KIND, key, Buffer.from(JSON.stringify(made)));
  return { files, ...made };
}

type MadeManifest = Omit<LoadedManifest, 'files'>;

/** What reads the files takes long to load: most runs find what it made. */
async function makeManifest(
  own: readonly TextFile[],
  overlayFiles: readonly TextFile[],
  { target, flavor, region, minor, onlyUpstreams, namesPackages }: ManifestChoice,
  store: Store,
): Promise<MadeManifest> {
  const { parseOverlay } = await import('../config/manifest/parse-manifest.ts');
  const { resolveManifest } = await import('../config/manifest/resolve-manifest.ts');
  const parsed = await parseOwn(own, store);
  const overlays = overlayFiles.map((file) => parseOverlay(file));
  const manifest = resolveManifest(parsed, { target, flavor, region, minor, overlays, onlyUpstreams });
  return { manifest, sha256: createHash('sha256').update(manifestDigestInput(manifest, namesPackages)).digest('hex') };
}

/**
 * A user's overlays as they stand, judged each by itself.
 *
 * @throws {AppError} `CONFIG_INVALID`, `CONFIG_MISSING` for one that cannot be read.
 */
export async function loadOverlays(paths: readonly string[]): Promise<readonly Overlay[]> {
  const { parseOverlay } = await import('../config/manifest/parse-manifest.ts');
  return Promise.all(paths.map(async (path) => parseOverlay(await readOverlay(path))));
}

function scopeOf({ overlays, onlyUpstreams, namesPackages }: ManifestChoice): ManifestScope {
  if (overlays.length > 0 || onlyUpstreams.length > 0) return 'everything';
  return namesPackages ? 'packages' : 'profiles';
}

/** The manifest files that say what can be built at all. `root` is the directory that has `manifests/`. */
export async function loadListing(root: string): Promise<Manifest> {
  const { parseManifestFiles } = await import('../config/manifest/parse-manifest.ts');
  return parseManifestFiles(await Promise.all(LISTING_FILES.map((name) => readOwn(root, name))));
}

async function parseOwn(files: readonly TextFile[], store: Store): Promise<Manifest> {
  const { parseManifestFiles, yamlValue } = await import('../config/manifest/parse-manifest.ts');
  const key = digestOf(files.map(({ text }) => text));
  const kept = await readDerived(store, VALUES_KIND, key);
  if (kept !== undefined) {
    const values = JSON.parse(kept.toString('utf8')) as unknown[];
    return parseManifestFiles(files.map((file, at) => ({ ...file, value: values[at] })));
  }
  const manifest = parseManifestFiles(files);
  await writeDerived(store, VALUES_KIND, key, Buffer.from(JSON.stringify(files.map(({ text }) => yamlValue(text)))));
  return manifest;
}

function sourceOf(path: string, { text }: TextFile): ManifestSource {
  return { path, sha256: createHash('sha256').update(text).digest('hex') };
}

function digestOf(texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text.length}\n${text}`);
  return hash.digest('hex');
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
