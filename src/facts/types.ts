/**
 * What is known of a host after one round trip. Plain data; every field comes from one file in this folder, and says what stands for "not
 * there".
 */
import type { Arch, Distro } from '../base/target.ts';

/** /etc/os-release, and the target it means. */
export interface OsFacts {
  readonly id: string;
  readonly idLike: readonly string[];
  readonly versionId: string;
  readonly codename: string;
  readonly prettyName: string;
  /** `null`: none of the distros we build for. */
  readonly distro: Distro | null;
}

/** A socket somebody listens on. */
export interface ListeningPort {
  readonly protocol: 'tcp' | 'udp';
  /** `0.0.0.0`, `::`, or one address. */
  readonly address: string;
  readonly port: number;
  /** Process name (15 characters at most), empty when it cannot be known. */
  readonly process: string;
  readonly pid: number | null;
}

/** A mounted file system, with the space an unprivileged writer has. */
export interface MountFacts {
  readonly path: string;
  readonly device: string;
  readonly type: string;
  readonly options: readonly string[];
  readonly availableBytes: number;
  readonly totalBytes: number;
}

/** What is at one path. `missing` when nothing is. */
export interface PathFacts {
  readonly type: 'missing' | 'file' | 'directory' | 'symlink' | 'other';
  /** Of a symlink: where it points, as written. */
  readonly target: string | null;
  /** After resolving links: absolute. Empty when missing or dangling. */
  readonly real: string;
}

/** One file of package sources (`/etc/apt/sources.list.d/x.sources`, `/etc/yum.repos.d/y.repo`). */
export interface SourceFile {
  readonly path: string;
  readonly content: string;
}

/** A package dpkg has not done with. */
export interface BrokenPackage {
  /** With `:arch` only where it is foreign. */
  readonly name: string;
  readonly version: string;
  /** dpkg's word: `unpacked`, `half-configured`, `triggers-pending` … */
  readonly state: string;
  /** apt does nothing before it has an archive of it. */
  readonly needsReinstall: boolean;
}

/** How the host may become root. */
export interface PrivilegeFacts {
  readonly user: string;
  readonly uid: number;
  /** `root`: already. `sudo`: password-less. `none`. */
  readonly how: 'root' | 'sudo' | 'none';
}

export interface SecurityFacts {
  /** `absent` when there is no SELinux. */
  readonly selinux: 'enforcing' | 'permissive' | 'disabled' | 'absent';
  /** `semanage` is there. */
  readonly semanage: boolean;
  readonly firewalld: boolean;
  readonly ufw: boolean;
  readonly fapolicyd: boolean;
}

export interface UserFacts {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

export interface GroupFacts {
  readonly gid: number;
  /** Members besides those whose primary group it is. */
  readonly members: readonly string[];
}

/** Everything one round trip tells. */
export interface HostFacts {
  readonly os: OsFacts;
  readonly arch: Arch | null;
  /** `uname -m` as it is. */
  readonly machine: string;
  readonly kernel: string;
  readonly hostname: string;
  /** Addresses of this host without loopback, sorted. */
  readonly addresses: readonly string[];
  readonly privilege: PrivilegeFacts;
  /** Version number, or null when systemd is not the running init. */
  readonly systemd: number | null;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly memoryAvailableBytes: number;
  /** Seconds since 1970 by the host's clock. */
  readonly clockSec: number;
  /** The host's clock minus ours, measured to about half a round trip plus a second. */
  readonly clockSkewSec: number;
  /** Current value of fs.nr_open, or null. */
  readonly nrOpen: number | null;
  /** Sorted by path. */
  readonly mounts: readonly MountFacts[];
  /** Sorted by protocol, port, address. */
  readonly ports: readonly ListeningPort[];
  readonly security: SecurityFacts;
  /** `apt` or `dnf` with its version, or null. */
  readonly packageManager: { readonly name: 'apt' | 'dnf'; readonly version: string } | null;
  /** Installed packages: name (with `:arch` only where it is foreign) → versions, sorted as text; kernels have several. */
  readonly packages: ReadonlyMap<string, readonly string[]>;
  /** Packages dpkg says are half done. */
  readonly brokenPackages: readonly BrokenPackage[];
  /** Packages on hold (`apt-mark hold`), named as in `packages`. Sorted. */
  readonly heldPackages: readonly string[];
  /** Files that say what apt or dnf may take, sorted by path: preferences, excludes, version locks, enabled module streams. */
  readonly packageRules: readonly SourceFile[];
  /** Sorted by path. */
  readonly sources: readonly SourceFile[];
  /** The web root. */
  readonly www: PathFacts;
  /** The repository below the web root. `bundleId` is null when it is not one of ours. */
  readonly repository: { readonly complete: boolean; readonly bundleId: string | null };
  /** systemd-resolved holds 127.0.0.53:53. */
  readonly resolved: boolean;
  /** /etc/resolv.conf: its link target, its name servers. */
  readonly resolvConf: { readonly path: PathFacts; readonly nameservers: readonly string[] };
  /** Content of /etc/resolv.conf, empty when there is none. */
  readonly resolvConfText: string;
  /** Content of /etc/hosts, empty when there is none. */
  readonly etcHosts: string;
  /** CAP_SYS_TIME is among the capabilities of process 1. False in most containers. */
  readonly canSetClock: boolean;
  readonly users: ReadonlyMap<string, UserFacts>;
  readonly groups: ReadonlyMap<string, GroupFacts>;
}
