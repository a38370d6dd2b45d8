/** From a request and its manifest to a resolution: read the metadata, solve, say what was left out. */
import { countOf } from '../base/bytes.ts';
import type { RunContext } from '../base/events.ts';
import { runPhase } from '../base/run-phase.ts';
import type { Downloader } from '../metadata/downloader.ts';
import type { LocalPackage } from '../metadata/local-packages.ts';
import type { SnapshotPolicy } from '../metadata/snapshot-policy.ts';
import { DamagedFile } from '../store/block-file.ts';
import type { Metadata } from './family.ts';
import { loadMetadata } from './load-metadata.ts';
import type { Resolution } from './resolution.ts';
import { resolveComplete } from './resolve-complete.ts';
import type { ResolveInput } from './resolve-request.ts';
import { unusedPins } from './unused-pins.ts';

/** A resolution and the metadata it came from. */
export interface Resolved extends Resolution {
  readonly metadata: Metadata;
}

/** A damaged file of the store is gone once it was noticed, and made or downloaded again. So often it may happen in one run. */
const MOST_ATTEMPTS = 3;

/**
 * Reads the upstreams and solves. `local` are the packages that were given as files: their requests are in `input.packages`.
 *
 * @throws {AppError} everything `loadMetadata` and `resolveComplete` do.
 */
export async function resolve(
  input: ResolveInput,
  local: readonly LocalPackage[],
  downloader: Downloader,
  policy: SnapshotPolicy,
  context: RunContext,
): Promise<Resolved> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const metadata = await loadMetadata(input.manifest, { local, modules: input.modules }, downloader, policy, context);
      return await resolveWith(metadata, input, context);
    } catch (error) {
      if (!(error instanceof DamagedFile) || attempt === MOST_ATTEMPTS) throw error;
      context.report({ type: 'note', message: `${error.message}: it is made again` });
    }
  }
}

/** Solves over metadata that was read. @throws {AppError} everything `resolveComplete` does. */
export async function resolveWith(metadata: Metadata, input: ResolveInput, context: RunContext): Promise<Resolved> {
  const resolution = await runPhase(
    context,
    { phase: 'solve', title: `Resolving ${[...input.profiles, ...input.packages].join(', ')}` },
    async () => resolveComplete(metadata, input),
    ({ lock, statistics }) =>
      `${lock.packages.length} packages, ${statistics.conflicts} conflicts met, solved again from the result alone ${countOf(lock.solved.length, 'time')}`,
  );
  for (const warning of metadata.recordWarnings?.() ?? []) context.report({ type: 'warning', ...warning });
  for (const message of metadata.notes?.() ?? []) context.report({ type: 'warning', code: 'BASELINE_ODD', message });
  for (const message of unusedPins(metadata, input)) context.report({ type: 'warning', code: 'OVERLAY_ODD', message });
  for (const warning of warningsOf(resolution)) context.report({ type: 'warning', ...warning });
  return { ...resolution, metadata };
}

function warningsOf({ missing, declined, notNewest, unproved }: Resolution): { readonly code: string; readonly message: string }[] {
  return [
    ...missing.map(({ text, origin }) => ({
      code: 'OPTIONAL_MISSING',
      message: `optional ${text} is left out: no upstream has it (${origin})`,
    })),
    ...declined.map((what) => ({
      code: 'RECOMMENDED_MISSING',
      message: `recommended ${what} is left out: it cannot be beside the rest`,
    })),
    ...notNewest.map((message) => ({ code: 'NOT_NEWEST', message })),
    ...(unproved === null ? [] : [{ code: 'MINIMAL_UNPROVED', message: `not for every host: on an ordinary minimal host ${unproved}` }]),
  ];
}
