/** The part `resolve`, `build` and `why` share: from the command line to a resolution. */
import { AppError } from '../../base/errors.ts';
import { isPackageFile, type LocalPackage, takeLocalPackages } from '../../metadata/local-packages.ts';
import type { Metadata } from '../../resolve/family.ts';
import { loadMetadata } from '../../resolve/load-metadata.ts';
import type { Resolution } from '../../resolve/resolution.ts';
import { type ResolveInput, resolveRequest, wishesOf } from '../../resolve/resolve-request.ts';
import { parseModuleChoices } from '../../rpm/modules/module-state.ts';
import { type CommandContext, runPhase } from '../program/command.ts';
import { type LoadedManifest, loadManifest } from './load-manifest.ts';
import type { Source } from './open-downloader.ts';
import { readBaselines } from './read-baselines.ts';
import type { FetchOptions, RequestOptions } from './request-options.ts';

/** A request as the command line states it, with everything read that it names. */
export interface StatedRequest {
  readonly loaded: LoadedManifest;
  readonly input: ResolveInput;
  /** Packages given as files. */
  readonly local: readonly LocalPackage[];
}

/** @throws {AppError} `USAGE`, `TARGET_UNKNOWN`, `PROFILE_UNKNOWN`, `CONFIG_INVALID`, `CONFIG_MISSING`, `PACKAGE_INVALID`. */
export async function stateRequest(options: RequestOptions, source: Source, context: CommandContext): Promise<StatedRequest> {
  if (options.profile.length === 0 && options.package.length === 0) {
    throw new AppError('USAGE', 'nothing is asked for', { hint: 'name what goes in with --profile or --package' });
  }
  // Only for what it throws: a slip of the pen is told before a hundred megabytes of metadata are read.
  parseModuleChoices(options.module);
  const loaded = await loadManifest(options, context, source.store);
  const pgVersion = options.pgVersion === undefined ? null : Number(options.pgVersion);
  if (pgVersion !== null && !Number.isInteger(pgVersion)) {
    throw new AppError('USAGE', `--pg-version ${options.pgVersion}: expected a PostgreSQL major such as 17`);
  }
  const local = await takeLocalPackages(options.package, loaded.manifest.target, source.store, context);
  const packages = [...options.package.filter((word) => !isPackageFile(word)), ...local.map(({ wish }) => wish)];
  if (loaded.manifest.upstreams.length === 0 && local.length === 0) throw noUpstreamLeft(options);
  const input = {
    manifest: loaded.manifest,
    manifestSha256: loaded.sha256,
    profiles: [...new Set(options.profile)],
    packages: [...new Set(packages)],
    pgVersion,
    recommends: options.recommends === true,
    modules: [...new Set(options.module)],
    baselines: await readBaselines(options.baseline, context),
  };
  // A wrong profile is told at once; where packages are named too, after the metadata was read, together with the wrong ones among them.
  if (input.packages.length === 0) wishesOf(input);
  return { loaded, local, input };
}

/** Reads the upstreams and solves. @throws {AppError} everything `loadMetadata` and `resolveRequest` do. */
export async function resolveStated(
  { loaded, input, local }: StatedRequest,
  options: RequestOptions & FetchOptions,
  source: Source,
  context: CommandContext,
): Promise<Resolution> {
  const policy = { requireSignatures: options.requireSignatures === true, ignoreExpiry: options.ignoreExpiry === true };
  const metadata = await loadMetadata(loaded.manifest, { local, modules: input.modules }, source, policy, context);
  const resolution = await runPhase(
    context,
    { phase: 'solve', title: `Resolving ${[...input.profiles, ...input.packages].join(', ')}` },
    async () => resolveComplete(metadata, input),
    ({ lock, statistics }) => `${lock.packages.length} packages, ${statistics.conflicts} conflicts met, ${lock.proofs.length} proofs`,
  );
  for (const message of metadata.notes?.() ?? []) context.report({ type: 'warning', code: 'BASELINE_ODD', message });
  for (const wish of resolution.missing) {
    context.report({
      type: 'warning',
      code: 'OPTIONAL_MISSING',
      message: `optional ${wish.text} is left out: no upstream has it (${wish.origin})`,
    });
  }
  for (const what of resolution.declined) {
    context.report({
      type: 'warning',
      code: 'RECOMMENDED_MISSING',
      message: `recommended ${what} is left out: it cannot be beside the rest`,
    });
  }
  if (resolution.unproved !== null) {
    const message = `not for every host: on an ordinary minimal host ${resolution.unproved}`;
    context.report({ type: 'warning', code: 'MINIMAL_UNPROVED', message });
  }
  return resolution;
}

function noUpstreamLeft({ manifest, distro }: RequestOptions): AppError {
  return new AppError(
    'CONFIG_INVALID',
    `no upstream is left for ${distro}: "disable" in ${manifest.join(', ')} names every one, also those of the overlay`,
    {
      hint: 'take the upstreams you want packages from off that list (the names there count for those of overlays, too), or give packages as files: --package ./extra/*.rpm',
    },
  );
}

const MOST_ROUNDS = 8;

/** Solves until the metadata has everything the solution looked at: usually once. A failure counts only when nothing more can be read. */
async function resolveComplete(metadata: Metadata, input: ResolveInput): Promise<Resolution> {
  for (let round = 1; ; round += 1) {
    const attempt = await tryResolve(metadata, input);
    const isComplete = round === MOST_ROUNDS || metadata.complete === undefined || !(await metadata.complete());
    if (isComplete && 'error' in attempt) throw attempt.error;
    if (isComplete && 'resolution' in attempt) return attempt.resolution;
  }
}

async function tryResolve(
  metadata: Metadata,
  input: ResolveInput,
): Promise<{ readonly resolution: Resolution } | { readonly error: unknown }> {
  try {
    return { resolution: resolveRequest(metadata, input) };
  } catch (error) {
    return { error };
  }
}
