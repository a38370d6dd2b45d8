/** Reads the verified metadata of every upstream of a target, whatever its family. */
import { countOf } from '../base/bytes.ts';
import { AppError } from '../base/errors.ts';
import { redact } from '../base/redact.ts';
import { familyOf } from '../base/target.ts';
import type { Source } from '../cli/bundle/open-downloader.ts';
import { type CommandContext, runPhase } from '../cli/program/command.ts';
import type { DistroManifest } from '../config/manifest/distro-manifest.ts';
import type { LocalPackage } from '../metadata/local-packages.ts';
import { type SnapshotPolicy, snapshotDeb } from '../metadata/snapshot-deb.ts';
import { snapshotRpm } from '../metadata/snapshot-rpm.ts';
import { debMetadata } from './deb.ts';
import type { Metadata } from './family.ts';
import { rpmMetadata } from './rpm.ts';

/** What of a request decides about metadata. */
export interface MetadataChoice {
  /** Packages given as files. */
  readonly local: readonly LocalPackage[];
  /** Module streams to make active (EL). */
  readonly modules: readonly string[];
}

/** @throws {AppError} as `snapshotDeb`, `snapshotRpm` and `resolveModules` do; `USAGE` for module streams where there are none. */
export async function loadMetadata(
  manifest: DistroManifest,
  choice: MetadataChoice,
  source: Source,
  policy: SnapshotPolicy,
  context: CommandContext,
): Promise<Metadata> {
  const metadata = await runPhase(
    context,
    { phase: 'metadata', title: `Reading the metadata of ${countOf(manifest.upstreams.length, 'upstream')}` },
    async () => readFamily(manifest, choice, source, policy, context),
    ({ packageCount, upstreams }) =>
      `${countOf(packageCount, 'package')}, ${upstreams.filter(({ trust }) => 'fingerprint' in trust).length} of ${upstreams.length} upstreams signed`,
  );
  for (const { upstream, why } of metadata.unavailable) {
    context.report({ type: 'warning', code: 'UPSTREAM_UNAVAILABLE', message: `optional upstream ${upstream} is left out: ${why}` });
  }
  return metadata;
}

async function readFamily(
  manifest: DistroManifest,
  choice: MetadataChoice,
  source: Source,
  policy: SnapshotPolicy,
  context: CommandContext,
): Promise<Metadata> {
  const { local, modules } = choice;
  if (familyOf(manifest.target.distro) === 'rpm') {
    const snapshot = await snapshotRpm(manifest.upstreams, manifest.os.major, source, policy, context);
    for (const { upstream, mirrors } of manifest.minor === null ? [] : snapshot.upstreams) {
      if (upstream.minor !== manifest.minor) continue;
      context.report({ type: 'note', message: `${upstream.name} of minor release ${upstream.minor}: ${redact(mirrors[0] ?? '')}` });
    }
    return rpmMetadata(snapshot, manifest, { local, modules }, source);
  }
  if (modules.length > 0) throw new AppError('USAGE', `--module ${modules[0]}: ${manifest.target.distro} has no module streams`);
  const snapshot = await snapshotDeb(manifest.upstreams, manifest.target, source, policy, context);
  return debMetadata(snapshot, manifest, local);
}
