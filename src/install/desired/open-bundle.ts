/** The beginning of a bundle, as much as is needed to plan: index, signature, repository metadata. Packages are not read. */
import { AppError } from '../../base/errors.ts';
import { type BundleFile, type BundleIndex, unpackedBytes } from '../../pack/format/bundle-index.ts';
import { ASSETS_DIR, INSTALLER_PATH, isPackagePath, REPO_DIR } from '../../pack/format/layout.ts';
import { readBundle } from '../../pack/read/read-bundle.ts';
import { type BundleTrust, inspectBundle, type SignatureState } from '../../pack/read/verify-bundle.ts';
import type { BundleView } from '../contract/declaration.ts';
import type { MetadataFile } from '../preflight/simulate.ts';
import { bundleView } from './bundle-view.ts';

/** A bundle to install from. */
export interface OpenBundle {
  readonly path: string;
  readonly index: BundleIndex;
  readonly signature: SignatureState;
  readonly view: BundleView;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
}

/** Metadata larger than this is not held in memory. */
const MAX_METADATA_BYTES = 512 * 1024 * 1024;

/** Ends a reading early. */
class Enough extends Error {}

/** Opens a bundle. @throws {AppError} the codes of `inspectBundle`. */
export async function openBundle(path: string, trust: BundleTrust | null): Promise<OpenBundle> {
  const { index, signature, packedBytes } = await inspectBundle(path, trust);
  return { path, index, signature, view: bundleView(index, path), packedBytes: packedBytes ?? 0, unpackedBytes: unpackedBytes(index) };
}

/** What stands before the first package, but the installer. */
interface HeadFiles {
  readonly metadata: readonly MetadataFile[];
  readonly assets: ReadonlyMap<string, Uint8Array>;
}

/** Reading the head means inflating the installer on the way: once is enough. */
const heads = new WeakMap<OpenBundle, Promise<HeadFiles>>();

/** The repository's metadata files, paths below the repository. Each was checked against the index. @throws {AppError} the codes of `readBundle`. */
export async function readMetadata(bundle: OpenBundle, signal?: AbortSignal): Promise<readonly MetadataFile[]> {
  return (await readHeadFiles(bundle, signal)).metadata;
}

/** What services place on hosts (dashboards, rules, pages), by path below `assets/`. @throws {AppError} the codes of `readBundle`. */
export async function readAssets(bundle: OpenBundle, signal?: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>> {
  return (await readHeadFiles(bundle, signal)).assets;
}

function readHeadFiles(bundle: OpenBundle, signal: AbortSignal | undefined): Promise<HeadFiles> {
  const head = heads.get(bundle) ?? readHeadFilesAnew(bundle, signal);
  heads.set(bundle, head);
  return head;
}

async function readHeadFilesAnew(bundle: OpenBundle, signal: AbortSignal | undefined): Promise<HeadFiles> {
  const metadata: MetadataFile[] = [];
  const assets = new Map<string, Uint8Array>();
  const isOfHead = (file: BundleFile): boolean => file.path.startsWith(`${REPO_DIR}/`) && file.path !== INSTALLER_PATH;
  const take = ({ path }: BundleFile, content: Buffer): void => {
    if (path.startsWith(`${ASSETS_DIR}/`)) assets.set(path.slice(ASSETS_DIR.length + 1), content);
    else metadata.push({ path: path.slice(REPO_DIR.length + 1), content });
  };
  await readFiles(bundle, isOfHead, take, signal);
  return { metadata, assets };
}

/** The installer the bundle carries for its own CPU. @throws {AppError} `BUNDLE_INVALID` when it carries none; the codes of `readBundle`. */
export async function readInstaller(bundle: OpenBundle, signal?: AbortSignal): Promise<Buffer> {
  let installer: Buffer | undefined;
  const take = (_: BundleFile, content: Buffer): void => {
    installer = content;
  };
  await readFiles(bundle, (file) => file.path === INSTALLER_PATH, take, signal);
  if (installer !== undefined) return installer;
  throw new AppError('BUNDLE_INVALID', `${bundle.path} carries no installer, so it cannot be unpacked on another host`, {
    hint: 'build it again with pigsty-install-x86_64 or -aarch64 at hand (npm run build), or run pigsty-install on that host itself',
  });
}

/** Hands over the wanted files that stand before the first package. */
async function readFiles(
  bundle: OpenBundle,
  wanted: (file: BundleFile) => boolean,
  take: (file: BundleFile, content: Buffer) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  let total = 0;
  const onFile = (file: BundleFile) => {
    if (isPackagePath(file.path)) throw new Enough();
    if (!wanted(file)) return null;
    total += file.sizeBytes;
    if (total > MAX_METADATA_BYTES) throw new AppError('BUNDLE_INVALID', `${bundle.path}: more metadata than ${MAX_METADATA_BYTES} bytes`);
    const pieces: Buffer[] = [];
    return {
      write: (piece: Buffer) => {
        pieces.push(Buffer.from(piece));
      },
      end: (ok: boolean) => {
        if (!ok) throw new AppError('BUNDLE_DIGEST_MISMATCH', `${bundle.path}: ${file.path} is damaged`, { hint: 'copy the bundle again' });
        take(file, Buffer.concat(pieces));
      },
    };
  };
  try {
    await readBundle(bundle.path, { onFile }, signal);
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
}
