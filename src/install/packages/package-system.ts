/**
 * The host's own package manager, limited to our repository: it gets its own configuration, source list and cache below one directory.
 * The host's other sources and caches are not used, and nothing outside is contacted. One implementation per family, in `apt.ts` and
 * `dnf.ts`.
 */

/** A file the package manager needs before it can be asked. */
export interface SupportFile {
  readonly path: string;
  readonly content: string;
}

/** Where the repository is and how far it is trusted. */
export interface RepositoryView {
  /** Directory that holds the metadata (and, to install, the packages). Absolute. */
  readonly directory: string;
  /** Armored key file on the host that signed the metadata, or null: then it was verified by us, file by file, and is taken as it is. */
  readonly keyFile: string | null;
}

/** What a simulated transaction would do. */
export interface Simulation {
  readonly installs: readonly { readonly name: string; readonly version: string }[];
  readonly upgrades: readonly { readonly name: string; readonly from: string; readonly to: string }[];
  readonly removals: readonly string[];
  /** Why it is not possible, in the package manager's words, condensed. Empty when it is. */
  readonly problems: readonly string[];
}

/** What the engine needs of a package manager. All pure: arguments and texts. */
export interface PackageSystem {
  readonly name: 'apt' | 'dnf';
  /** Files to write below `directory` (mode 0644, directories 0755 owned by root). */
  supportFiles(directory: string, repository: RepositoryView, recommends: boolean): readonly SupportFile[];
  /** Prints what would happen and changes nothing outside `directory`. */
  simulate(directory: string, names: readonly string[]): readonly [string, ...string[]];
  parseSimulation(output: string, code: number): Simulation;
  /** Installs or upgrades; without asking, without starting services where that can be had. */
  install(directory: string, names: readonly string[]): readonly [string, ...string[]];
  /** Finishes what a transaction that was cut off left half done; null where the next transaction does that by itself. */
  finish(directory: string): readonly [string, ...string[]] | null;
  /** Ends with 0 when a transaction was cut off in the middle, also where no package shows it; null where that is never so. */
  readonly interrupted: readonly [string, ...string[]] | null;
  /** Works off what was cut off, before packages are removed: nothing is done where nothing was. Null where that is never needed. */
  readonly settle: readonly [string, ...string[]] | null;
  remove(names: readonly string[]): readonly [string, ...string[]];
  /** One line per installed package: its name. Sorted. */
  readonly listInstalled: readonly [string, ...string[]];
  /** The source file by which the host itself sees the repository, named after `repo_name`. */
  hostSource(repoName: string, repository: RepositoryView): SupportFile;
  /** Where {@link hostSource} puts it. */
  hostSourcePath(repoName: string): string;
}
