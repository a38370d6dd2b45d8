/** What is there of everything a declaration names. Plain data, gathered in one round trip by `observe.ts`. */

/** One path. `missing` when nothing is there. */
export interface PathState {
  readonly type: 'missing' | 'file' | 'directory' | 'symlink' | 'other';
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  readonly sizeBytes: number;
  /** Of a regular file. */
  readonly sha256: string | null;
  /** Of a symlink, as written. */
  readonly target: string | null;
  /** A symlink to a directory. */
  readonly leadsToDirectory: boolean;
}

export const MISSING_PATH: PathState = {
  type: 'missing',
  mode: 0,
  owner: '',
  group: '',
  sizeBytes: 0,
  sha256: null,
  target: null,
  leadsToDirectory: false,
};

/** One systemd unit, in systemctl's words. */
export interface UnitState {
  /** `loaded`, `not-found`, `masked`, `bad-setting`, `error`. */
  readonly load: string;
  /** `active`, `inactive`, `failed`, `activating`, `deactivating`, `reloading`. */
  readonly active: string;
  readonly sub: string;
  /** `enabled`, `disabled`, `static`, `masked`, `alias`, or empty. */
  readonly unitFile: string;
  readonly needDaemonReload: boolean;
}

/** Everything observed. Keys are those of the declaration. */
export interface HostState {
  readonly paths: ReadonlyMap<string, PathState>;
  readonly units: ReadonlyMap<string, UnitState>;
  /** Running values; a key the kernel does not have is absent. */
  readonly sysctls: ReadonlyMap<string, string>;
  /** Keys nobody may write here, as in most containers. */
  readonly fixedSysctls: ReadonlySet<string>;
  /** Exit status of every `unless` check, by command id. */
  readonly checks: ReadonlyMap<string, number>;
  /** Of the package names asked for: those installed or provided by something installed. */
  readonly provided: ReadonlySet<string>;
}

/** A unit nobody has heard of. */
export const UNKNOWN_UNIT: UnitState = { load: 'not-found', active: 'inactive', sub: 'dead', unitFile: '', needDaemonReload: false };
