/** The manifest of one target as plain frozen data: what everything after `config/` works from. */
import type { Component } from '../../base/component.ts';
import type { MirrorRoute } from '../../base/mirror-map.ts';
import type { Family, Flavor, Target } from '../../base/target.ts';

/** How an upstream's content is verified. */
export interface UpstreamTrustPolicy {
  /**
   * `signed-metadata`: InRelease/Release.gpg or repomd.xml.asc must verify. `signed-packages`: the headers of its RPMs must.
   * `unsigned`: neither exists. `trusted` (DEB): a person wrote `trusted: yes`, and there may be no Release at all, as for apt.
   */
  readonly mode: 'signed-metadata' | 'signed-packages' | 'unsigned' | 'trusted';
  /** RPM headers carry signatures, whether or not the metadata is signed too. */
  readonly packagesSigned: boolean;
  /** Primary keys that may sign, upper-case hex; a signature by a subkey of theirs counts. Empty when the key is not pinned. */
  readonly fingerprints: readonly string[];
  /** False when nothing says which key is right: to be named as "not pinned" wherever trust is shown. */
  readonly pinned: boolean;
  /** Files a build machine may have the keys in, first existing one wins. */
  readonly keyrings: readonly string[];
  /** Where the keys are published; the fingerprint decides whether what comes from there is used. */
  readonly keyUrls: readonly string[];
}

/** One repository to resolve from. */
export interface ResolvedUpstream {
  /** Unique in a DistroManifest. */
  readonly name: string;
  readonly module: string;
  readonly description: string;
  readonly family: Family;
  /** `rpm`: repodata/ below the URL. `suite`: dists/<suite>/. `flat`: the suite is a path that ends in `/`. */
  readonly layout: 'rpm' | 'suite' | 'flat';
  /** Base URLs of the same content, in the order to try them. Never empty. They end as written: with or without a slash. */
  readonly urls: readonly string[];
  /** DEB suite, or the path of a flat repository; empty for RPM. */
  readonly suite: string;
  /** Empty for RPM and flat repositories. */
  readonly components: readonly string[];
  /** RPM: lower wins, 99 when null. DEB: pin priority, 500 when null. */
  readonly priority: number | null;
  /** RPM: among the same package of several upstreams lower wins; absent is dnf's default, 1000. */
  readonly cost?: number;
  /** Shell patterns of package names that do not exist for us. */
  readonly excludes: readonly string[];
  /** When not empty, only these exist. */
  readonly includes: readonly string[];
  readonly moduleHotfixes: boolean;
  /** When it cannot be reached, it is named in the result instead of ending the build. */
  readonly optional: boolean;
  /** The minor release these URLs belong to (`9.4`), null when they follow the newest. */
  readonly minor: string | null;
  readonly trust: UpstreamTrustPolicy;
}

/** A member of a group. `$v` in the name is the PostgreSQL major. */
export interface GroupPackage {
  readonly name: string;
  /** PostgreSQL majors it exists for, null for all. */
  readonly pg: readonly number[] | null;
  readonly optional: boolean;
}

/** A named list of packages. */
export interface ResolvedGroup {
  readonly packages: readonly GroupPackage[];
  /** PostgreSQL majors the group exists for, null for all. */
  readonly pg: readonly number[] | null;
  /** Recommends and Supplements are followed for its packages and what comes with them. */
  readonly recommends: boolean;
  /** Suggests and Enhances as well. */
  readonly suggests: boolean;
  /** Members nothing provides are reported instead of ending the build. */
  readonly optional: boolean;
  /** Cannot be installed together with other groups: solved on its own. */
  readonly separate: boolean;
}

/** A named request. */
export interface ResolvedProfile {
  readonly description: string;
  readonly groups: readonly string[];
  /** Package names, never group names. */
  readonly packages: readonly string[];
  readonly includes: readonly string[];
  /** The PostgreSQL major of `pgsql-17` and the like; null follows the request. */
  readonly pg: number | null;
  /** Names not to ask for, although a group has them. */
  readonly removals: readonly string[];
}

/** A component as the manifest has it. */
export interface ResolvedComponent extends Component {
  /** Package whose version is the component's, null when it has no package. */
  readonly versionOf: string | null;
}

/** A version or an upstream one package is held to. At least one of the two is not null. */
export interface VersionPin {
  readonly name: string;
  readonly version: string | null;
  readonly upstream: string | null;
}

/** Everything a build for one target, flavor and region needs to know. */
export interface DistroManifest {
  readonly schema: 1;
  readonly target: Target;
  readonly flavor: Flavor;
  readonly region: string;
  /** What `--minor` said, null without it. */
  readonly minor: string | null;
  readonly os: {
    readonly name: string;
    readonly codename: string;
    readonly vendor: string;
    readonly major: number;
    readonly status: string;
  };
  /** PostgreSQL majors the flavor has for this distro, ascending. */
  readonly pgVersions: readonly number[];
  readonly pgDefault: number;
  /** In manifest order; overlays last. URLs are the published ones: `mirrorMap` says what is asked in their place. */
  readonly upstreams: readonly ResolvedUpstream[];
  /** The user's own proxy repositories, the longest beginning first. */
  readonly mirrorMap: readonly MirrorRoute[];
  readonly groups: Readonly<Record<string, ResolvedGroup>>;
  readonly profiles: Readonly<Record<string, ResolvedProfile>>;
  readonly components: Readonly<Record<string, ResolvedComponent>>;
  /** Component → why the flavor does not have it. */
  readonly absent: Readonly<Record<string, string>>;
  /** Sorted by name. */
  readonly pins: readonly VersionPin[];
  /** Names an overlay removed from every request, sorted. */
  readonly removals: readonly string[];
  /** What in the overlays has no effect or is overridden, as sentences; nothing that stops a build. */
  readonly notes: readonly string[];
}
