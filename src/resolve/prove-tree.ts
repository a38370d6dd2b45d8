/**
 * The proof of a packed tree: what was solved by the upstreams' indexes must hold by what the packages say of themselves. Where both say
 * the same it does; it is solved once more all the same, from the packages alone, on every host that is known here.
 */

import { AppError } from '../base/errors.ts';
import { relationsDigest } from '../base/package-relations.ts';
import { type Family, familyOf, packageArch } from '../base/target.ts';
import type { Lock } from '../lock/lock.ts';
import type { OpenCondition } from '../rpm/candidates/open-conditions.ts';
import type { RpmPackage } from '../rpm/package/rpm-package.ts';
import { type Baseline, NO_BASELINE } from './baseline.ts';
import { debBundleOnHost } from './deb.ts';
import type { BundleOnHost, Metadata, OwnPackage } from './family.ts';
import { proveOn } from './prove.ts';
import { rpmBundleOnHost } from './rpm.ts';

/** What the lock was solved with, where it was solved in this run. */
export interface SolvedWith {
  readonly metadata: Metadata;
  readonly baselines: readonly Baseline[];
}

type OnEmptyHost = (own: readonly unknown[], lock: Lock) => BundleOnHost;

const ON_EMPTY_HOST: Readonly<Record<Family, OnEmptyHost>> = {
  deb: (own, lock) => debBundleOnHost(own as readonly Buffer[], packageArch(lock), null),
  rpm: (own, { arch }) => rpmBundleOnHost(own as readonly RpmPackage[], { arch }),
};

const MOST_NAMED = 10;

/**
 * Proves every profile of a lock from its packages as they are. With a lock alone (`solvedWith` null) the hosts it was solved for are not
 * known: then what was solved stands because every package says the same as its index, and only the empty host is tried again.
 *
 * @throws {AppError} `PROOF_FAILED` naming packages that say something else than what was solved with, or the profile, the baseline and the
 * chain that breaks.
 */
export function proveTree(lock: Lock, own: readonly OwnPackage[], solvedWith: SolvedWith | null): void {
  assertSolvedWithThese(own);
  const raws = own.map(({ raw }) => raw);
  const known = solvedWith?.baselines ?? [NO_BASELINE];
  for (const baseline of known) {
    const profiles = lock.solved.filter((one) => one.baseline === baseline.name).map(({ profile }) => profile);
    if (profiles.length === 0) continue;
    const host = solvedWith?.metadata.bundleAlone(raws, baseline) ?? ON_EMPTY_HOST[familyOf(lock.distro)](raws, lock);
    for (const { profile, packages } of lock.installs) {
      const requests = packages.map((name) => host.request(name, `profile ${profile}`));
      if (profiles.includes(profile)) proveOn(host, requests, profile, baseline);
    }
  }
}

/** What the packages of a lock ask for on hosts that have more than those it was solved for; nothing where all its hosts are known. */
export function conditionsOf(lock: Lock, own: readonly OwnPackage[]): readonly OpenCondition[] {
  if (lock.request.baseline.every((name) => name.startsWith('file:'))) return [];
  const raws = own.map(({ raw }) => raw);
  return ON_EMPTY_HOST[familyOf(lock.distro)](raws, lock).openConditions?.() ?? [];
}

function assertSolvedWithThese(own: readonly OwnPackage[]): void {
  const others = own.filter(({ locked, relations }) => relationsDigest(relations) !== locked.relations);
  if (others.length === 0) return;
  const lines = others.map(({ locked: { file, upstream }, relations }) => {
    const said = [...relations].map(([field, entries]) => `${field}: ${entries.join(', ')}`).join('; ');
    return `${file} [${upstream}] says of itself: ${said.slice(0, 300) || 'nothing'}`;
  });
  const more = lines.length > MOST_NAMED ? [`… and ${lines.length - MOST_NAMED} more`] : [];
  throw new AppError(
    'PROOF_FAILED',
    `the lock was solved with other dependencies than these packages have:\n  ${[...lines.slice(0, MOST_NAMED), ...more].join('\n  ')}`,
    {
      hint: 'their upstream’s index says something else than the packages; "pigsty-bundle build" without --locked solves with what the packages say, and writes a lock that "pack" takes',
      details: { packages: others.map(({ locked }) => locked.file) },
    },
  );
}
