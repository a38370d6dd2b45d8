/**
 * Every profile by itself is solved again with nothing but the bundle's packages, once for each baseline. What a host would do with apt or
 * dnf and no other source is then known to have an answer: by the upstreams' indexes here, by the packages themselves in `prove-tree.ts`.
 */
import { AppError } from '../base/errors.ts';
import type { PackageRequest } from '../config/manifest/select-request.ts';
import type { SolvedProfile } from '../lock/lock.ts';
import { solve } from '../solve/solve.ts';
import type { Request, Solution } from '../solve/types.ts';
import type { Baseline } from './baseline.ts';
import type { BundleOnHost, Metadata } from './family.ts';
import { solveGroupsOf } from './resolution.ts';
import { requestOf } from './solve-groups.ts';

/** A profile and what it asks for. */
export interface ProfileRequests {
  readonly profile: string;
  readonly requests: readonly PackageRequest[];
}

/**
 * Solves every profile on every baseline, from `chosen` alone.
 *
 * @returns one line per profile and baseline; groups solved separately are proved separately and their packages added up.
 * @throws {AppError} `PROOF_FAILED` naming profile, baseline and the chain that breaks. It means a bug or a metadata trap, never a user's
 * mistake.
 */
export function prove<Raw>(
  metadata: Metadata<Raw>,
  chosen: readonly Raw[],
  profiles: readonly ProfileRequests[],
  baselines: readonly Baseline[],
): SolvedProfile[] {
  return baselines.flatMap((baseline) => {
    const candidates = metadata.bundleAlone(chosen, baseline);
    return profiles.map(({ profile, requests: asked }) => {
      const installed = new Set<number>();
      for (const group of solveGroupsOf(asked).values()) {
        const requests = group.map((request) => requestOf(candidates, request));
        for (const id of proveOn(candidates, requests, profile, baseline).selected) if (!candidates.isOnHost(id)) installed.add(id);
      }
      return { profile, baseline: baseline.name, packages: installed.size };
    });
  });
}

/**
 * Solves `requests` beside what a host has.
 *
 * @throws {AppError} `PROOF_FAILED` as {@link prove} does.
 */
export function proveOn(host: BundleOnHost, requests: readonly Request[], profile: string, baseline: Baseline): Solution {
  const result = solve({ provider: host.provider, requests: [...requests, ...host.implied], fixed: host.fixed });
  if (result.kind === 'solution') {
    const fault = host.orderFault?.(result.selected) ?? null;
    if (fault !== null) throw failed(profile, baseline, [], [fault]);
    return result;
  }
  const unknown = result.unknown.map(({ text }) => `${text} is not in the bundle`);
  throw failed(
    profile,
    baseline,
    unknown,
    result.conflicts.map(({ lines }) => lines),
  );
}

function failed(profile: string, baseline: Baseline, unknown: readonly string[], chains: readonly (readonly string[])[]): AppError {
  const lines = [...unknown, ...chains.map((chain) => chain.join('\n  '))];
  return new AppError(
    'PROOF_FAILED',
    `profile ${profile} would not install from this bundle alone on baseline ${baseline.name}:\n  ${lines.join('\n  ')}`,
    {
      hint:
        baseline.kind === 'none'
          ? 'add the missing packages with --package'
          : `build with --baseline none, so that the bundle needs nothing of the host`,
    },
  );
}
