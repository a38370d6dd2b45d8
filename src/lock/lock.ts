/** The lock as a value. What it looks like on disk and its goals are in DESIGN.md beside this file. */
import type { Arch, Distro, Flavor } from '../base/target.ts';

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
  | ({ readonly kind: 'signed'; readonly fingerprint: string } & KeyTrust)
  /** The root is not signed, but every package is, by this key or one of the others. */
  | ({ readonly kind: 'packages'; readonly fingerprint: string; readonly others?: readonly string[] | undefined } & KeyTrust)
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'local' };

/** One package of the closure. */
export interface LockedPackage {
  readonly name: string;
  /** EVR for RPM (`1:1.22.1-9.el9`, epoch only when not 0), Debian version for DEB. */
  readonly version: string;
  readonly arch: string;
  readonly upstream: string;
  /** Path below the upstream's base URL. */
  readonly path: string;
  /** File name in the bundle: flat, no `/`. */
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Why it is there, as an edge towards a request: `profile infra, group infra-package` or `nginx: libpcre2-8-0 (>= 10.22)`. */
  readonly why: string;
  /** Installed size in bytes when the metadata says so, else 0. */
  readonly installedBytes: number;
  /**
   * The joint solutions it belongs to, sorted: `joint`, and one per group that was solved apart. Members of one set can be installed
   * together.
   */
  readonly sets: readonly string[];
}

/** A profile that was proved installable from the packages of the lock alone. */
export interface LockedProof {
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
  readonly proofs: readonly LockedProof[];
  /** Sorted by name, then suite. */
  readonly upstreams: readonly LockedUpstream[];
  /** Sorted by name, version, arch. */
  readonly packages: readonly LockedPackage[];
}
