/** Reads the verified metadata of every upstream of a target, whatever its family. */
import { countOf } from '../base/bytes.ts';
import type { RunContext } from '../base/events.ts';
import { runPhase } from '../base/run-phase.ts';
import { type Family, familyOf } from '../base/target.ts';
import type { DistroManifest } from '../config/manifest/distro-manifest.ts';
import type { Downloader } from '../metadata/downloader.ts';
import type { SnapshotPolicy } from '../metadata/snapshot-policy.ts';
import { loadDebMetadata } from './deb.ts';
import type { LoadMetadata, Metadata, MetadataChoice } from './family.ts';
import { loadRpmMetadata } from './rpm.ts';

const FAMILIES: Readonly<Record<Family, LoadMetadata>> = { deb: loadDebMetadata, rpm: loadRpmMetadata };

/** @throws {AppError} as `snapshotDeb`, `snapshotRpm` and `resolveModules` do; `USAGE` for module streams where there are none. */
export async function loadMetadata(
  manifest: DistroManifest,
  choice: MetadataChoice,
  downloader: Downloader,
  policy: SnapshotPolicy,
  context: RunContext,
): Promise<Metadata> {
  const metadata = await runPhase(
    context,
    { phase: 'metadata', title: `Reading the metadata of ${countOf(manifest.upstreams.length, 'upstream')}` },
    async () => FAMILIES[familyOf(manifest.target.distro)](manifest, choice, downloader, policy, context),
    ({ packageCount, upstreams }) =>
      `${countOf(packageCount, 'package')}, ${upstreams.filter(({ trust }) => 'fingerprint' in trust).length} of ${upstreams.length} upstreams signed`,
  );
  for (const { upstream, why } of metadata.unavailable) {
    context.report({ type: 'warning', code: 'UPSTREAM_UNAVAILABLE', message: `optional upstream ${upstream} is left out: ${why}` });
  }
  return metadata;
}
