/** Reads the verified metadata of every upstream of a target, whatever its family. */
import { AppError } from '../../base/errors.ts';
import { familyOf } from '../../base/target.ts';
import type { DistroManifest } from '../../config/distro-manifest.ts';
import { type CommandContext, runPhase } from '../command.ts';
import { debMetadata } from './deb-world.ts';
import type { LocalPackage } from './local-packages.ts';
import type { Source } from './open-source.ts';
import { type SnapshotPolicy, snapshotDeb } from './snapshot-deb.ts';
import type { Metadata } from './world.ts';

/** @throws {AppError} as `snapshotDeb` does. */
export async function loadMetadata(
  manifest: DistroManifest,
  local: readonly LocalPackage[],
  source: Source,
  policy: SnapshotPolicy,
  context: CommandContext,
): Promise<Metadata> {
  const metadata = await runPhase(
    context,
    { phase: 'metadata', title: `Reading ${manifest.upstreams.length} upstreams` },
    async () => readFamily(manifest, local, source, policy, context),
    ({ packageCount, upstreams }) =>
      `${packageCount} packages, ${upstreams.filter(({ trust }) => trust.kind === 'signed').length} of ${upstreams.length} signed`,
  );
  for (const { upstream, why } of metadata.unavailable) {
    context.report({ type: 'warning', code: 'UPSTREAM_UNAVAILABLE', message: `optional upstream ${upstream} is left out: ${why}` });
  }
  return metadata;
}

async function readFamily(
  manifest: DistroManifest,
  local: readonly LocalPackage[],
  source: Source,
  policy: SnapshotPolicy,
  context: CommandContext,
): Promise<Metadata> {
  if (familyOf(manifest.target.distro) === 'rpm') throw new AppError('TARGET_UNKNOWN', 'EL targets are not supported by this version yet');
  const snapshot = await snapshotDeb(manifest.upstreams, manifest.target, source, policy, context);
  return debMetadata(snapshot, manifest, local);
}
