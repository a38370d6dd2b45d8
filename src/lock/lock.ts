/** The lock as a value. What it looks like on disk and its goals are in DESIGN.md beside this file. */
import type { AbsentComponent, Component } from '../base/component.ts';
import type { PackageFacts } from '../base/package-facts.ts';
import type { Arch, Distro, Flavor } from '../base/target.ts';

/** Name of the upstream of packages given as files. */
export const LOCAL_UPSTREAM = 'local';

/** One upstream as the resolution saw it. Hosts are not part of a lock: any mirror of the same content will do. */
export interface LockedUpstream {
  readonly name: string;
  /** Suite and component for DEB (`bookworm main`), empty for RPM and flat repositories. */
  readonly suite: string;
  /** Digest of the signed root of the metadata (InRelease or Release; repomd.xml). */
  readonly rootSha256: string;
  /** Date the upstream gives its metadata, seconds since 1970. */
  readonly dateSec: number;
  readonly trust: UpstreamTrust;
  /** The minor release it was read for (`9.4`); left out when it follows the newest. */
  readonly minor?: string | undefined;
}

/** What there is to say of an upstream's keys. */
interface KeyTrust {
  /**
   * Sentences `key FINGERPRINT: why`, one for each key that rpm of the target, or of a later release, refuses; left out when there is none.
   */
  readonly weak?: readonly string[] | undefined;
}

/** How the root of an upstream's metadata was verified. */
export type UpstreamTrust =
  /** `packageSigners`: who may have signed its RPMs, where they carry signatures besides; left out where they do not. */
  | ({ readonly kind: 'signed'; readonly fingerprint: string; readonly packageSigners?: readonly string[] | undefined } & KeyTrust)
  /** The root is not signed, but every package is, by this key or one of the others. */
  | ({ readonly kind: 'packages'; readonly fingerprint: string; readonly others?: readonly string[] | undefined } & KeyTrust)
  | { readonly kind: 'unsigned' }
  /** Taken as it is because a person wrote `trusted: yes`; `rootSha256` may be that of a Packages file, for want of a Release. */
  | { readonly kind: 'trusted' }
  | { readonly kind: 'local' };

/** One package of the closure. */
export interface LockedPackage extends PackageFacts {
  /** File name in the bundle: flat, no `/`. */
  readonly file: string;
  /** Why it is there, as an edge towards a request: `profile infra, group infra-package` or `nginx: libpcre2-8-0 (>= 10.22)`. */
  readonly why: string;
  /**
   * The solve groups it belongs to, sorted: `joint`, and one per group that was solved separately. Members of one can be installed
   * together.
   */
  readonly solveGroups: readonly string[];
  /**
   * Digest of the dependencies it was solved with (`base/package-relations.ts`). Those of the package itself must have the same, or what
   * was solved says nothing about it.
   */
  readonly relations: string;
}

/** What to name to apt or dnf for one profile: the rest comes by itself. */
export interface LockedInstall {
  readonly profile: string;
  /** `joint`, or the name of a group that is solved separately. */
  readonly solveGroup: string;
  /** Sorted, no duplicates. */
  readonly packages: readonly string[];
}

/** A component of INFRA or NODE as this lock's packages have it. */
export interface LockedComponent extends Component {
  /** Of its main package; empty when it has none. */
  readonly version: string;
}

/**
 * A profile that was solved again from the packages of the lock alone, by what the upstreams' indexes say of them. It is proved once a tree
 * is packed and the packages themselves say the same.
 */
export interface SolvedProfile {
  readonly profile: string;
  readonly baseline: string;
  /** How many packages of the lock such a host would install. */
  readonly packages: number;
}

/** What was asked for. A lock is stale when the request it was made from differs from the present one. */
export interface LockedRequest {
  readonly profiles: readonly string[];
  readonly packages: readonly string[];
  readonly baseline: readonly string[];
  /** Weak dependencies of something were followed: on the host apt or dnf then follows them too, as far as the bundle has them. */
  readonly recommends: boolean;
  /** Module streams chosen (EL), `nginx:1.24`. */
  readonly modules: readonly string[];
  /** PostgreSQL major asked for, null for the default. */
  readonly pgVersion: number | null;
  /** sha256 of the effective manifest (after overlays), so that a changed group or pin is noticed. */
  readonly manifestSha256: string;
  readonly minor: string | null;
}

/** A lock. */
export interface Lock {
  readonly schema: 1;
  readonly distro: Distro;
  readonly arch: Arch;
  readonly flavor: Flavor;
  readonly request: LockedRequest;
  /** Newest upstream date, seconds since 1970: the mtime of everything we write. */
  readonly snapshotSec: number;
  /** Sorted by profile, then baseline. */
  readonly solved: readonly SolvedProfile[];
  /** Sorted by profile, then solve group. */
  readonly installs: readonly LockedInstall[];
  /** Component → what there is of it, or why there is nothing. */
  readonly components: Readonly<Record<string, LockedComponent | AbsentComponent>>;
  /** Sorted by name, then suite. */
  readonly upstreams: readonly LockedUpstream[];
  /** Sorted by name, version, arch. */
  readonly packages: readonly LockedPackage[];
}

/** Fingerprints of the keys one of which must have signed every package of an upstream; empty when its packages carry no signatures. */
export function packageSigners(trust: UpstreamTrust): readonly string[] {
  if (trust.kind === 'packages') return [trust.fingerprint, ...(trust.others ?? [])];
  return trust.kind === 'signed' ? (trust.packageSigners ?? []) : [];
}
