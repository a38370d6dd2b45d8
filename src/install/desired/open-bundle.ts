/** A bundle to install from: as much of it as is needed to plan. Packages are not read. */
import { AppError } from '../../base/errors.ts';
import { type BundleIndex, unpackedBytes } from '../../pack/format/bundle-index.ts';
import { assertInstallableBy } from '../../pack/format/installer-range.ts';
import { ASSETS_DIR, REPO_DIR } from '../../pack/format/layout.ts';
import { type InstallerPlace, readFront, readInstaller } from '../../pack/read/read-front.ts';
import { type BundleTrust, checkSignature, type SignatureState } from '../../pack/read/verify-bundle.ts';
import type { BundleView } from '../contract/declaration.ts';
import { bundleView } from './bundle-view.ts';

/** A bundle that was opened. */
export interface OpenBundle {
  readonly path: string;
  readonly index: BundleIndex;
  readonly signature: SignatureState;
  readonly view: BundleView;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  /** The repository's metadata, paths below the repository. Each file was checked against the index. */
  readonly metadata: readonly { readonly path: string; readonly content: Uint8Array }[];
  /** What services place on hosts (dashboards, rules, pages), by path below `assets/`. Checked as well. */
  readonly assets: ReadonlyMap<string, Uint8Array>;
  /** Where the installer is in the file; null when the bundle carries none. */
  readonly installer: InstallerPlace | null;
}

/** How a bundle is opened. */
export interface OpenOptions {
  /** Who must have signed it; null: anybody, or nobody. */
  readonly trust: BundleTrust | null;
  /** Of this program; a bundle that needs another one is refused. */
  readonly programVersion: string;
  readonly signal?: AbortSignal;
}

/**
 * Opens a bundle, in one pass over what stands before its first package.
 *
 * @throws {AppError} the codes of `readFront`, `BUNDLE_SIGNATURE_INVALID`, `BUNDLE_TOO_NEW`.
 */
export async function openBundle(path: string, { trust, programVersion, signal }: OpenOptions): Promise<OpenBundle> {
  let signature: SignatureState = { kind: 'unsigned' };
  const { head, files, installer, packedBytes } = await readFront(
    path,
    async (read) => {
      signature = await checkSignature(read, trust);
      assertInstallableBy(read.index, programVersion, path);
    },
    signal,
  );
  const { index } = head;
  return {
    path,
    index,
    signature,
    view: bundleView(index, path),
    packedBytes,
    unpackedBytes: unpackedBytes(index),
    metadata: below(files, REPO_DIR).filter((file) => !file.path.startsWith(`${ASSETS_DIR.slice(REPO_DIR.length + 1)}/`)),
    assets: new Map(below(files, ASSETS_DIR).map((file) => [file.path, file.content])),
    installer,
  };
}

/**
 * The installer the bundle carries for its own CPU.
 *
 * @throws {AppError} `BUNDLE_INVALID` when it carries none; the codes of `readInstaller`.
 */
export async function installerOf(bundle: OpenBundle, signal?: AbortSignal): Promise<Buffer> {
  if (bundle.installer !== null) return readInstaller(bundle.path, bundle.installer, signal);
  throw new AppError('BUNDLE_INVALID', `${bundle.path} carries no installer, so it cannot be unpacked on another host`, {
    hint: 'build it again with pigsty-install-x86_64 or -aarch64 at hand (npm run build), or run pigsty-install on that host itself',
  });
}

function below(files: ReadonlyMap<string, Buffer>, directory: string): { path: string; content: Buffer }[] {
  return [...files].flatMap(([path, content]) =>
    path.startsWith(`${directory}/`) ? [{ path: path.slice(directory.length + 1), content }] : [],
  );
}
