/** From the command line to a request, with everything read that it names. `resolve`, `build` and `why` share it. */
import { createHash } from 'node:crypto';
import { resolve as absolute } from 'node:path';
import { AppError } from '../../base/errors.ts';
import type { Downloader } from '../../metadata/downloader.ts';
import { isPackageFile, type LocalPackage, takeLocalPackages } from '../../metadata/local-packages.ts';
import type { SnapshotPolicy } from '../../metadata/snapshot-policy.ts';
import { type ResolveInput, requestsOf } from '../../resolve/resolve-request.ts';
import { parseModuleChoices } from '../../rpm/modules/module-choices.ts';
import type { CommandContext } from '../program/command.ts';
import type { ReadFile } from './answer-memo.ts';
import { choiceOfRequest, readManifest } from './manifest-choice.ts';
import { readBaselines } from './read-baselines.ts';
import type { RequestOptions } from './request-options.ts';

/** A request as the command line states it. */
export interface StatedRequest {
  readonly input: ResolveInput;
  /** Packages given as files. */
  readonly local: readonly LocalPackage[];
  readonly policy: SnapshotPolicy;
  /** Files of manifests, overlays and baselines as they were read. */
  readonly files: readonly ReadFile[];
}

/** @throws {AppError} `USAGE`, `TARGET_UNKNOWN`, `PROFILE_UNKNOWN`, `CONFIG_INVALID`, `CONFIG_MISSING`, `PACKAGE_INVALID`. */
export async function stateRequest(options: RequestOptions, downloader: Downloader, context: CommandContext): Promise<StatedRequest> {
  if (options.profile.length === 0 && options.package.length === 0) {
    throw new AppError('USAGE', 'nothing is asked for', { hint: 'name what goes in with --profile or --package' });
  }
  // A typing error is told before a hundred megabytes of metadata are read.
  const modules = parseModuleChoices(options.module);
  const {
    manifest,
    sha256: manifestSha256,
    files: manifestFiles,
  } = await readManifest(choiceOfRequest(options, context), downloader, context);
  const pgVersion = options.pgVersion === undefined ? null : Number(options.pgVersion);
  if (pgVersion !== null && !Number.isInteger(pgVersion)) {
    throw new AppError('USAGE', `--pg-version ${options.pgVersion}: expected a PostgreSQL major such as 17`);
  }
  const files = options.package.filter(isPackageFile).map((path) => absolute(context.cwd, path));
  const local = await takeLocalPackages(files, manifest.target, downloader.store);
  const packages = [...options.package.filter((word) => !isPackageFile(word)), ...local.map(({ request }) => request)];
  if (manifest.upstreams.length === 0 && local.length === 0) throw noUpstreamLeft(options);
  const input = {
    manifest,
    manifestSha256,
    profiles: [...new Set(options.profile)],
    packages: [...new Set(packages)],
    pgVersion,
    recommends: options.recommends === true,
    modules,
    baselines: await readBaselines(options.baseline, context),
  };
  // A wrong profile is told at once; where packages are named too, after the metadata was read, together with the wrong ones among them.
  if (input.packages.length === 0) requestsOf(input);
  const policy = { requireSignatures: options.requireSignatures === true, ignoreExpiry: options.ignoreExpiry === true };
  const baselineFiles = input.baselines.flatMap((baseline) => (baseline.kind === 'file' ? [fileOf(baseline)] : []));
  return { input, local, policy, files: [...manifestFiles, ...baselineFiles] };
}

function fileOf({ path, bytes }: { readonly path: string; readonly bytes: Buffer }): ReadFile {
  return { path, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function noUpstreamLeft({ manifest, distro, onlyUpstream }: RequestOptions): AppError {
  const by = [
    ...(onlyUpstream.length === 0 ? [] : [`--only-upstream ${onlyUpstream.join(',')}`]),
    ...(manifest.length === 0 ? [] : [`"disable" or "only" in ${manifest.join(', ')}`]),
  ];
  return new AppError(
    'CONFIG_INVALID',
    `no upstream is left for ${distro}: ${by.join(' and ')} switch off every one, also those of overlays`,
    {
      hint: 'leave the upstreams you want packages from on ("only" of the last overlay counts, and "on" of an upstream says for which distros it is), or give packages as files: --package ./extra/*.rpm',
    },
  );
}
