/**
 * What resolving needs of a package family. `deb.ts` and `rpm.ts` implement it; everything after it (closure, lock, proof) is written once.
 * `Raw` is the family's own form of a package's metadata, enough to index it again.
 */
import type { RunContext } from '../base/events.ts';
import type { PackageFacts } from '../base/package-facts.ts';
import type { PackageRelations } from '../base/package-relations.ts';
import type { DistroManifest } from '../config/manifest/distro-manifest.ts';
import type { LockedPackage, LockedUpstream } from '../lock/lock.ts';
import type { UnavailableUpstream } from '../metadata/collect-upstreams.ts';
import type { Downloader } from '../metadata/downloader.ts';
import type { LocalPackage } from '../metadata/local-packages.ts';
import type { SnapshotPolicy } from '../metadata/snapshot-policy.ts';
import type { OpenCondition } from '../rpm/candidates/open-conditions.ts';
import type { StreamChoice } from '../rpm/modules/module-search.ts';
import type { Provider, Request, SolvableId } from '../solve/types.ts';
import type { Baseline } from './baseline.ts';

/** Candidates of all upstreams beside one baseline, ready to be solved over. */
export interface Candidates<Raw> {
  readonly provider: Provider;
  /** Requests that come with the baseline: an empty system needs its Essential packages, a captured host keeps what it has. */
  readonly implied: readonly Request[];
  /** Solvables the baseline holds unchangeably. */
  readonly fixed: readonly SolvableId[];
  /** A request for what a person wrote. Never throws for an unknown name. */
  request(text: string, origin: string): Request;
  /** True for what the host already has: it is not part of the closure. */
  isOnHost(id: SolvableId): boolean;
  facts(id: SolvableId): PackageFacts;
  raw(id: SolvableId): Raw;
  /** What it says of others. */
  relations(id: SolvableId): PackageRelations;
  /**
   * Why there is no order in which the package manager could install a selection, as a chain of sentences; null when there is one. Left out
   * where there always is: rpm breaks every circle.
   */
  orderFault?(selected: readonly SolvableId[]): readonly string[] | null;
  /** Every package name there is, for suggestions. May be slow. */
  names(): ReadonlySet<string>;
}

/** What a host chooses from that has the bundle and nothing else. */
export interface BundleOnHost<P extends Provider = Provider>
  extends Pick<Candidates<unknown>, 'implied' | 'fixed' | 'request' | 'isOnHost' | 'orderFault'> {
  readonly provider: P;
  /** Dependencies that hang on what else the host has and the bundle has no answer for; left out where there can be none. */
  openConditions?(): readonly OpenCondition[];
}

/** A locked package as it is when one looks into it. */
export interface OwnPackage<Raw = unknown> {
  readonly locked: LockedPackage;
  /** Its metadata, made from the package itself. */
  readonly raw: Raw;
  readonly relations: PackageRelations;
}

/** The verified metadata of a target, and the candidates it gives beside each baseline. */
export interface Metadata<Raw = unknown> {
  readonly upstreams: readonly LockedUpstream[];
  readonly unavailable: readonly UnavailableUpstream[];
  /** Packages known, over all upstreams. */
  readonly packageCount: number;
  /**
   * Reads what the solves so far were lacking (paths that only filelists tell, digests only a package tells). True when something came in:
   * then solve again. Families that know everything from the start leave it out.
   */
  complete?(): Promise<boolean>;
  /**
   * Dependencies may hang on what a host has (`(a if b)`): a bundle is then solved beside every host it is proved on, not the empty one
   * alone.
   */
  readonly hasConditions: boolean;
  /**
   * All upstreams beside `baseline`. `asked` is everything that will be asked: an i686 package counts for others only when a person named
   * it.
   */
  candidates(baseline: Baseline, asked: readonly string[]): Candidates<Raw>;
  /** What of the upstreams' records was met so far and left out, or odd and taken all the same: warnings that name the record. */
  recordWarnings?(): readonly RecordWarning[];
  /** What was odd about the baselines of the candidates made so far, as sentences. */
  notes?(): readonly string[];
  /** From now on these packages count by what they say themselves, in place of what their upstream's index says of them. */
  correct(packages: readonly OwnPackage<Raw>[]): void;
  /** Only `chosen` beside `baseline`: what a host would see that has the bundle and nothing else. */
  bundleAlone(chosen: readonly Raw[], baseline: Baseline): BundleOnHost;
}

/** A warning about one record of an upstream's metadata. */
export interface RecordWarning {
  /** `RECORD_LEFT_OUT`: as if it were not there. `RECORD_ODD`: taken, and something is wrong with it. */
  readonly code: 'RECORD_LEFT_OUT' | 'RECORD_ODD';
  readonly message: string;
}

/** What of a request decides about metadata. */
export interface MetadataChoice {
  /** Packages given as files. */
  readonly local: readonly LocalPackage[];
  /** Module streams to make active (EL). */
  readonly modules: StreamChoice;
}

/** Reads the metadata of every upstream of a target of one family. */
export type LoadMetadata = (
  manifest: DistroManifest,
  choice: MetadataChoice,
  downloader: Downloader,
  policy: SnapshotPolicy,
  context: RunContext,
) => Promise<Metadata>;
