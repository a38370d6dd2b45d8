/** What an installation is made from, before a host is looked at: bundle, keys, configuration. */
import ownPackage from '../../../package.json' with { type: 'json' };
import type { Inventory } from '../../config/inventory/inventory.ts';
import type { BundleTrust } from '../../pack/read/verify-bundle.ts';
import { bundleTrust } from './bundle-trust.ts';
import { type OpenBundle, openBundle } from './open-bundle.ts';

export interface InstallSource {
  readonly bundle: OpenBundle;
  readonly trust: BundleTrust | null;
  /** Armored keys behind `trust`. */
  readonly keyText: string | null;
  /** Null: one host with defaults. */
  readonly inventory: Inventory | null;
}

/** What {@link openSource} is given. */
export interface SourceOptions {
  readonly bundlePath: string;
  /** Armored public keys one of which must have signed the bundle, and where they are from. */
  readonly key: { readonly text: string; readonly source: string } | null;
  readonly inventory: Inventory | null;
  /** Seconds since 1970. */
  readonly nowSec: number;
  readonly signal?: AbortSignal;
}

/** @throws {AppError} `KEY_UNUSABLE`; the codes of `openBundle`. */
export async function openSource(options: SourceOptions): Promise<InstallSource> {
  const { bundlePath, key, inventory, nowSec, signal } = options;
  const trust = key === null ? null : await bundleTrust(key.text, key.source, nowSec);
  const programVersion = ownPackage.version;
  const bundle = await openBundle(bundlePath, { trust, programVersion, ...(signal === undefined ? {} : { signal }) });
  return { bundle, trust, keyText: key?.text ?? null, inventory };
}
