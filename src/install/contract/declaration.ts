/**
 * The contract between services, planner and actuator. A service says what should be there as a list of {@link Step} values; the planner
 * compares them with what is there; the actuator carries out the difference. Nothing here acts, so a dry run cannot leak.
 */
import type { AbsentComponent, Component } from '../../base/component.ts';
import type { Arch, Distro, Family, Flavor } from '../../base/target.ts';
import type { HostFacts } from '../../facts/types.ts';

/**
 * The phases steps belong to, in the order they run. `unpack` (the web root) and `repo` (package sources) are the engine's own services;
 * components use the others. All phases of an installation, those without steps included, are in `apply/phases.ts`.
 */
export const SERVICE_PHASES = ['unpack', 'repo', 'ca', 'node', 'infra', 'node-monitor'] as const;
export type ServicePhase = (typeof SERVICE_PHASES)[number];

/** The order in which the kinds of steps of one phase are carried out, first to last. Handlers run after all of them. */
export const STAGES = [
  'mask',
  'group',
  'user',
  'directory',
  'packages',
  'after-packages',
  'file',
  'check',
  'after-files',
  'sysctl',
  'unit',
  'after-units',
] as const;
export type Stage = (typeof STAGES)[number];

/** What to do once, at the end of the phase, when a step that names it changed something. A restart replaces a reload of the same unit. */
export type Handler =
  | { readonly kind: 'unit'; readonly unit: string; readonly action: 'reload' | 'restart' }
  /** `id` of a {@link CommandStep} of the same plan whose `when` is `notified`. */
  | { readonly kind: 'command'; readonly id: string };

/** A system group. An existing one is left as it is. */
export interface GroupStep {
  readonly kind: 'group';
  readonly name: string;
  readonly gid?: number;
}

/** A system user. Of an existing one only missing memberships of `groups` are added. */
export interface UserStep {
  readonly kind: 'user';
  readonly name: string;
  /** Primary group; must exist or be a {@link GroupStep}. */
  readonly group: string;
  /** Supplementary groups. */
  readonly groups?: readonly string[];
  readonly home: string;
  readonly shell: string;
  readonly uid?: number;
}

/**
 * A directory with its owner and mode; without any of the three it only has to exist. Parents are created root:root 0755 when missing. A
 * symlink to a directory at `path` is respected.
 */
export interface DirectoryStep {
  readonly kind: 'directory';
  readonly path: string;
  /** Default 0o755 when an owner or group is given. */
  readonly mode?: number;
  readonly owner?: string;
  readonly group?: string;
}

/** A symbolic link. A link that points elsewhere is replaced; anything else at `path` is kept when `keepExisting`, else a failure. */
export interface SymlinkStep {
  readonly kind: 'symlink';
  readonly path: string;
  readonly target: string;
  readonly keepExisting?: boolean;
  /** As in {@link FileStep.lasting}; so is what `keepExisting` let be. */
  readonly lasting?: boolean;
}

/** A whole file. Written beside itself and renamed, so readers see the old or the new one. */
export interface FileStep {
  readonly kind: 'file';
  readonly path: string;
  readonly content: string | Uint8Array;
  /** Default 0o644. */
  readonly mode?: number;
  /** Default root. */
  readonly owner?: string;
  readonly group?: string;
  /** The content is never shown: no diff, no log. Mode should be 0o600 or 0o640. */
  readonly secret?: boolean;
  /** Written only when there is no file: it belongs to its user afterwards. */
  readonly initial?: boolean;
  /** Stays when nobody declares it any more: whether it is declared depends on how the host was before. */
  readonly lasting?: boolean;
  /**
   * Run on the temporary file before the switch; every argument equal to {@link TEMP_FILE} becomes its path. Failing leaves the old file
   * in place.
   */
  readonly validate?: readonly [string, ...string[]];
  readonly notify?: readonly Handler[];
}

/** Stands for the temporary file in {@link FileStep.validate}. */
export const TEMP_FILE = '{file}';

/** Nothing shall be at `path` (a file or a link; never a directory with content). */
export interface AbsentStep {
  readonly kind: 'absent';
  readonly path: string;
  /**
   * What was there before us, put back instead, as long as there still is what we wrote: `copy` is a path on the host, `written` the
   * SHA-256 of our files or where our links lead to.
   */
  readonly original?: { readonly copy: string; readonly written: readonly string[] };
  readonly notify?: readonly Handler[];
}

/**
 * Packages that shall be installed, from the bundle's repository only. All of a phase go into one transaction. A newer installed one is
 * fine.
 */
export interface PackagesStep {
  readonly kind: 'packages';
  readonly names: readonly string[];
  /** When any package of the list is installed or upgraded. */
  readonly notify?: readonly Handler[];
}

/**
 * A systemd unit. Unit files are {@link FileStep}s below /etc/systemd/system; the daemon is reloaded when one changed. `masked` units are
 * masked before packages are installed, so that a packaged service we replace never starts.
 */
export interface UnitStep {
  readonly kind: 'unit';
  /** With suffix: `nginx.service`. */
  readonly name: string;
  readonly enabled: boolean;
  readonly active: boolean;
  readonly masked?: boolean;
}

/**
 * A kernel parameter, kept in /etc/sysctl.d by a {@link FileStep} of its own; here its running value. A kernel that refuses (a container)
 * is a warning.
 */
export interface SysctlStep {
  readonly kind: 'sysctl';
  readonly key: string;
  readonly value: string;
}

/** The rest. Prefer any other kind: a command cannot be diffed and is rolled back only by `undo`. */
export interface CommandStep {
  readonly kind: 'command';
  /** Unique in the plan; shown. */
  readonly id: string;
  readonly argv: readonly [string, ...string[]];
  readonly stdin?: string;
  /** `unless`: run when the check exits non-zero. `notified`: run only when a changed step names it in `notify`. */
  readonly when: { readonly kind: 'unless'; readonly check: readonly [string, ...string[]] } | { readonly kind: 'notified' };
  /** After which steps of the phase it runs. Default `files`. Packages come before files, files before units. */
  readonly after?: 'packages' | 'files' | 'units';
  readonly notify?: readonly Handler[];
  readonly undo?: readonly [string, ...string[]];
  /** A failure becomes a warning: for what a container or a hardened kernel may refuse. */
  readonly tolerant?: boolean;
}

/**
 * A check of several files together, run after they were switched and before any handler, when one of them changed (`nginx -t`). When it
 * fails, the files of `covers` are put back and the run stops: no running service ever sees them.
 */
export interface CheckStep {
  readonly kind: 'check';
  readonly id: string;
  readonly argv: readonly [string, ...string[]];
  /** Exact paths, or directories ending in `/`. */
  readonly covers: readonly string[];
}

export type Step =
  | GroupStep
  | UserStep
  | DirectoryStep
  | SymlinkStep
  | FileStep
  | AbsentStep
  | PackagesStep
  | UnitStep
  | SysctlStep
  | CommandStep
  | CheckStep;

/** Asks a running service whether it works. All are tried until they pass or `withinMs` is over. Run on the host itself. */
export type Probe = {
  /** Unique per host; `nginx`, `grafana via nginx`. */
  readonly id: string;
  /** The component it speaks for. */
  readonly component: string;
  /** Default 60,000. */
  readonly withinMs?: number;
} & (
  | {
      readonly kind: 'http';
      readonly url: string;
      /** Default [200]. */
      readonly status?: readonly number[];
      readonly contains?: string;
      /** Connects to this address instead of resolving the URL's host; the Host header and TLS server name stay the URL's. */
      readonly connect?: string;
      /** PEM of the only CA trusted for https. */
      readonly caFile?: string;
    }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'dns'; readonly server: string; readonly port?: number; readonly name: string; readonly expect: readonly string[] }
  | { readonly kind: 'command'; readonly argv: readonly [string, ...string[]] }
);

/** A port a service will listen on. Preflight fails when somebody else has it. */
export interface PortClaim {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** `0.0.0.0` and `::` claim every address. Default every address. */
  readonly address?: string;
  /** Process names (as in /proc/PID/comm, 15 characters) that may already hold it because they are this very service. */
  readonly holders: readonly string[];
}

/** What a service wants on one host. */
export interface ServicePlan {
  /**
   * The engine orders them by kind (masks and groups, users, directories, packages, links and files, checks, sysctl, commands, units),
   * and inside one kind as they stand here and as services stand in the table. A path, unit, user or command id may be claimed once over
   * all services of a host; claiming it twice with different values is an error, twice with the same value is fine.
   */
  readonly steps: readonly Step[];
  readonly probes?: readonly Probe[];
  readonly ports?: readonly PortClaim[];
  /** For the summary: `{ name: 'Grafana', url: 'http://i.pigsty/ui/' }`. */
  readonly urls?: readonly { readonly name: string; readonly url: string }[];
  /** For the summary: where a generated secret is to be found; never the secret. */
  readonly secrets?: readonly { readonly name: string; readonly path: string; readonly user?: string }[];
}

/** One component. `plan` is pure: no clock, no random, no I/O; the same arguments give the same answer, byte for byte. */
export interface Service<Params = unknown> {
  /** The component's name as in the bundle index, `--only` and `--skip`. */
  readonly name: string;
  readonly phase: ServicePhase;
  /**
   * `null`: this host does not get it (wrong group, or not part of the bundle's flavor). Switched-off components return a plan that stops
   * them.
   */
  plan(desired: DesiredState<Params>, facts: HostFacts): ServicePlan | null;
}

/** A component as the bundle index has it. */
export interface ComponentEntry extends Component {
  readonly version: string | null;
}

/** What is needed to know of the bundle in use. */
export interface BundleView {
  readonly id: string;
  readonly version: string;
  readonly distro: Distro;
  readonly arch: Arch;
  readonly family: Family;
  readonly flavor: Flavor;
  readonly components: Readonly<Record<string, ComponentEntry | AbsentComponent>>;
  /** Recommends are installed too. */
  readonly recommends: boolean;
  /**
   * Name, in the repository, of the key that signed its `repomd.xml`; null when it is not signed, or signed in a way that needs no file
   * (DEB).
   */
  readonly repositoryKey: string | null;
}

/** One host of the inventory. */
export interface HostIdentity {
  /** The inventory's name: normally its address. */
  readonly address: string;
  readonly nodename: string;
  readonly cluster: string;
  /** `infra_seq` when it is an INFRA host. */
  readonly infraSeq?: number;
}

/** Keys and certificates of this host, PEM. Made and renewed at the edge (they need a clock and randomness); services only place them. */
export interface Pki {
  readonly caCert: string;
  /** Only on the admin host. */
  readonly caKey?: string;
  readonly infraCert?: string;
  readonly infraKey?: string;
  readonly nginxCert?: string;
  readonly nginxKey?: string;
}

/** Everything that decides how one host shall be. */
export interface DesiredState<Params = unknown> {
  readonly host: HostIdentity;
  /** All hosts of the inventory, sorted by address. */
  readonly hosts: readonly HostIdentity[];
  readonly adminIp: string;
  /** Validated parameters of this host, defaults filled in. The engine does not look inside. */
  readonly params: Params;
  readonly bundle: BundleView;
  readonly pki: Pki;
  /** Generated or configured passwords by name. Only ever put into files with `secret: true`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Files of the bundle's assets (dashboards, rules, portal) by path below `assets/`. */
  readonly assets: ReadonlyMap<string, Uint8Array>;
}

/** A step with where it comes from. */
export interface DeclaredStep {
  readonly key: string;
  readonly phase: ServicePhase;
  readonly service: string;
  readonly stage: Stage;
  readonly step: Step;
}

/** What a whole host shall be. */
export interface Declaration {
  /** By phase, then stage, then service, then as the service listed them. Keys are unique. Packages: one step per phase. */
  readonly steps: readonly DeclaredStep[];
  readonly probes: readonly Probe[];
  readonly ports: readonly (PortClaim & { readonly service: string })[];
  readonly urls: readonly { readonly name: string; readonly url: string }[];
  readonly secrets: NonNullable<ServicePlan['secrets']>;
  /** Services that take part, in order. */
  readonly services: readonly string[];
}

/**
 * Which services take part. A name nobody has is a usage error. What all others need (repository, CA, passwords) takes part in any
 * `only`.
 */
export interface ServiceSelection {
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
}
