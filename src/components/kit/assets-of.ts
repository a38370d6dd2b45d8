/** Files of the bundle that components put on hosts. */
import { type AssetKind, assertAssetLayout, assetKindOf } from '../../base/asset-layout.ts';
import { compareCodeUnits } from '../../base/compare.ts';
import type { Desired } from '../../install/contract/desired.ts';

/**
 * The assets of one kind, sorted by path.
 *
 * @throws {AppError} `BUNDLE_INVALID` when the bundle holds an asset of no known kind, which no component would put on a host.
 */
export function assetsOf(desired: Desired, kind: AssetKind): [path: string, content: Uint8Array][] {
  assertAssetLayout(desired.assets.keys(), 'the bundle', 'install it with the pigsty-install it carries, which is as new as the bundle');
  return [...desired.assets].filter(([path]) => assetKindOf(path) === kind).sort(([a], [b]) => compareCodeUnits(a, b));
}
