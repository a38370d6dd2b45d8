/**
 * From a request to a bundle. An upstream's index may say something else of a package than the package itself; what the package says
 * counts. That is known only once the packages are there: then the request is solved again with what they say, until nothing new is found.
 */

import { AppError } from '../base/errors.ts';
import type { RunContext } from '../base/events.ts';
import { differingRelations, type PackageRelations, type RelationDifference } from '../base/package-relations.ts';
import type { Lock } from '../lock/lock.ts';
import type { Downloader } from '../metadata/downloader.ts';
import type { LocalPackage } from '../metadata/local-packages.ts';
import type { SnapshotPolicy } from '../metadata/snapshot-policy.ts';
import { proofBaselines } from '../resolve/baseline.ts';
import type { OwnPackage } from '../resolve/family.ts';
import { type Resolved, resolve, resolveWith } from '../resolve/resolve.ts';
import type { ResolveInput } from '../resolve/resolve-request.ts';
import { assertWithinBudget } from './assert-within-budget.ts';
import { withSoundStore } from './damaged-packages.ts';
import { type MadeBundle, type MakeInput, makeBundle } from './make-bundle.ts';
import { type ReadPackages, readPackages } from './read-packages.ts';

/** What is asked for, and how it is to be made. */
export interface BuildInput extends Omit<MakeInput, 'lock'> {
  readonly request: ResolveInput;
  /** Packages given as files. */
  readonly local: readonly LocalPackage[];
  readonly policy: SnapshotPolicy;
  /** The most the packages may be; null for any size. */
  readonly budgetBytes: number | null;
}

/** What was made, and of which lock. */
export interface BuiltBundle {
  readonly lock: Lock;
  readonly made: MadeBundle;
}

/** Each round fetches packages the one before did not need. An index that is wrong about so many in a row is not worth following. */
const MOST_ROUNDS = 8;
const MOST_NAMED = 5;

/**
 * Resolves, fetches, compares, proves, packs. Differences between index and package are reported as warnings, `RELATIONS_DIFFER`.
 *
 * @throws {AppError} everything `resolve` and `makeBundle` do; `USAGE` beyond the budget; `PROOF_FAILED` when after some rounds packages
 * still differ from their indexes; `SOLVE_UNSATISFIABLE` when by what the packages say there is no answer.
 */
export async function buildBundle(input: BuildInput, downloader: Downloader, context: RunContext): Promise<BuiltBundle> {
  const { request, local, policy, budgetBytes, findUpstreams } = input;
  let resolved = await resolve(request, local, downloader, policy, context);
  const known = new Map<string, OwnPackage>();
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    const { lock, metadata } = resolved;
    assertWithinBudget(lock, budgetBytes);
    const packages = await withSoundStore(lock, downloader.store, context, () => readPackages(lock, findUpstreams, downloader, context));
    const differing = findDiffering(packages, resolved);
    if (differing.length === 0) {
      const solvedWith = { metadata, baselines: proofBaselines(request.baselines) };
      return { lock, made: await makeBundle({ ...input, lock }, downloader, context, { packages, solvedWith }) };
    }
    reportDifferences(differing, context);
    for (const { own } of differing) known.set(own.locked.sha256, own);
    metadata.correct([...known.values()]);
    resolved = await resolveWith(metadata, request, context);
  }
  throw new AppError(
    'PROOF_FAILED',
    `after ${MOST_ROUNDS} rounds the indexes of the upstreams still say something else than the packages`,
    {
      hint: 'have the upstream’s metadata made anew (createrepo_c, apt-ftparchive), or leave it out with an overlay (--manifest)',
    },
  );
}

interface Differing {
  readonly own: OwnPackage;
  readonly differences: readonly RelationDifference[];
}

function findDiffering({ own }: ReadPackages, { relations }: Resolved): Differing[] {
  const nothing: PackageRelations = new Map();
  return own.flatMap((one) => {
    const differences = differingRelations(relations.get(one.locked.sha256) ?? nothing, one.relations);
    return differences.length === 0 ? [] : [{ own: one, differences }];
  });
}

function reportDifferences(differing: readonly Differing[], { report }: RunContext): void {
  for (const { own, differences } of differing.slice(0, MOST_NAMED)) {
    const { file, upstream } = own.locked;
    const fields = differences.map(({ field, onlyInIndex, onlyInPackage }) =>
      [`${field}:`, saidBy('the index', onlyInIndex), saidBy('the package', onlyInPackage)].filter((part) => part !== '').join(' '),
    );
    const message = `${file} [${upstream}] has other dependencies than its upstream's index says, and its own count: ${fields.join('; ')}`;
    report({ type: 'warning', code: 'RELATIONS_DIFFER', message });
  }
  const more = differing.length - MOST_NAMED;
  if (more > 0) {
    report({
      type: 'warning',
      code: 'RELATIONS_DIFFER',
      message: `${more} more packages have other dependencies than their upstreams' indexes say`,
    });
  }
}

function saidBy(who: string, entries: readonly string[]): string {
  if (entries.length === 0) return '';
  const shown = entries.slice(0, MOST_NAMED).join(', ');
  return `only ${who} says ${shown}${entries.length > MOST_NAMED ? ` and ${entries.length - MOST_NAMED} more` : ''}`;
}
