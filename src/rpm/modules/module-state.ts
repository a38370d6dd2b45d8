/**
 * Which module streams are active, and so which packages are visible, as dnf decides (dnf's modularity documentation,
 * https://dnf.readthedocs.io/en/latest/modularity.html): chosen streams, default streams, and what these require; everything else of a
 * module is hidden, and so is a plain package that an active stream has under the same name.
 */
import { AppError } from '../../base/errors.ts';
import type { RpmPackage } from '../package/rpm-package.ts';
import type { ModuleStream } from './module-document.ts';
import { ModuleSearch, type StreamChoice } from './module-search.ts';
import type { Modules } from './modulemd.ts';

/** What decides about streams. */
export interface ModuleChoice {
  /** `el9`: the stream of the module `platform`. */
  readonly platform: string;
  /** Kernel name of the CPU. */
  readonly arch: string;
  /** What was asked for, see `module-choices.ts`. */
  readonly chosen: StreamChoice;
  /** Modules of which no default counts. */
  readonly disabled?: ReadonlySet<string>;
}

/** Active streams, and the visibility that follows. */
export class ModuleState {
  /** Module → stream, sorted by module. */
  readonly active: ReadonlyMap<string, string>;
  readonly #owners: ReadonlyMap<string, string>;
  readonly #visible: ReadonlySet<string>;
  readonly #shadows: ReadonlyMap<string, string>;

  constructor(streams: readonly ModuleStream[], activeBuilds: readonly ModuleStream[]) {
    this.active = new Map(activeBuilds.map(({ name, stream }) => [name, stream]));
    this.#owners = new Map(streams.flatMap((build) => build.artifacts.map((nevra) => [nevra, nameOf(build)] as const)));
    const visible = activeBuilds.flatMap((build) => build.artifacts.map((nevra) => [nevra, nameOf(build)] as const));
    this.#visible = new Set(visible.map(([nevra]) => nevra));
    const isBinary = ([nevra]: readonly [string, string]) => !/\.(?:no)?src$/.test(nevra);
    this.#shadows = new Map(visible.filter(isBinary).map(([nevra, owner]) => [artifactName(nevra), owner]));
  }

  /**
   * Why a package of an ordinary upstream cannot be seen, or null when it can. Upstreams with `module_hotfixes` are not to be asked about.
   */
  whyHidden(pkg: RpmPackage): string | null {
    if (this.#owners.size === 0) return null;
    const nevra = `${pkg.name}-${pkg.epoch}:${pkg.version}-${pkg.release}.${pkg.arch}`;
    if (this.#visible.has(nevra)) return null;
    const owner = this.#owners.get(nevra);
    if (owner !== undefined) {
      const active = this.active.get(owner.slice(0, owner.indexOf(':')));
      const instead = active === undefined ? '' : `; ${owner.slice(0, owner.indexOf(':'))}:${active} is`;
      return `belongs to module stream ${owner}, which is not active${instead} (choose it with --module ${owner})`;
    }
    const shadow = this.#shadows.get(pkg.name) ?? pkg.provides.map(({ name }) => this.#shadows.get(name)).find((by) => by !== undefined);
    return shadow === undefined ? null : `hidden by module stream ${shadow}`;
  }
}

/**
 * The state of all modules of all upstreams.
 *
 * @throws {AppError} `SOLVE_UNKNOWN_NAME` for a chosen module or stream nobody has; `SOLVE_UNSATISFIABLE` when a chosen stream needs
 * another platform or a stream that contradicts a choice. All faults at once.
 */
export function resolveModules(documents: readonly Modules[], choice: ModuleChoice): ModuleState {
  const streams = documents
    .flatMap((modules) => modules.streams)
    .filter(({ arch }) => arch === choice.arch || arch === 'noarch' || arch === '');
  const { chosen } = choice;
  assertKnown(chosen, streams);
  const search = new ModuleSearch(streams, defaultStreams(documents, choice.disabled), choice.platform);
  const builds = search.activate(chosen);
  if (builds === null) throw cannotActivate(search, chosen);
  const active = streams.filter((build) => {
    const found = builds.get(build.name);
    return found !== undefined && isSameContext(found, build);
  });
  return new ModuleState(
    streams,
    active.sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
}

/** The latest default of each module; where the latest ones name different streams there is none, as libmodulemd merges repositories. */
function defaultStreams(documents: readonly Modules[], disabled: ReadonlySet<string> = new Set()): ReadonlyMap<string, string> {
  const named = documents.flatMap((modules) => modules.defaults).filter(({ module, stream }) => stream !== null && !disabled.has(module));
  const agreed = [...Map.groupBy(named, ({ module }) => module)].flatMap(([module, defaults]) => {
    const latest = Math.max(...defaults.map(({ modified }) => modified));
    const [stream, ...others] = new Set(defaults.filter(({ modified }) => modified === latest).map((one) => one.stream));
    return typeof stream === 'string' && others.length === 0 ? [[module, stream] as const] : [];
  });
  return new Map(agreed);
}

function isSameContext(a: ModuleStream, b: ModuleStream): boolean {
  return a.stream === b.stream && a.context === b.context;
}

function nameOf({ name, stream }: Pick<ModuleStream, 'name' | 'stream'>): string {
  return `${name}:${stream}`;
}

/** `perl-DBI` of `perl-DBI-0:1.641-3.module+el8.x86_64`. */
function artifactName(nevra: string): string {
  const colon = nevra.indexOf(':');
  return nevra.slice(0, nevra.lastIndexOf('-', colon));
}

function assertKnown(chosen: StreamChoice, streams: readonly ModuleStream[]): void {
  for (const [name, stream] of chosen) {
    if (streams.some((build) => build.name === name && build.stream === stream)) continue;
    const known = [...new Set(streams.filter((build) => build.name === name).map((build) => build.stream))].sort();
    throw new AppError('SOLVE_UNKNOWN_NAME', `no upstream has the module stream ${name}:${stream}`, {
      hint: known.length === 0 ? `no upstream has a module ${name}` : `streams of ${name}: ${known.join(', ')}`,
    });
  }
}

/**
 * Names a stream that lacks something whatever else is chosen; if there is none, the first that cannot be active beside those before it.
 */
function cannotActivate(search: ModuleSearch, chosen: StreamChoice): AppError {
  const inOrder = [...chosen].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [module, stream] of inOrder) {
    const lack = search.lackOf(module, stream, chosen);
    if (lack !== null) return unsatisfiable(`module stream ${module}:${stream} cannot be active: it requires ${lack}`);
  }
  const before = new Map<string, string>();
  for (const [module, stream] of inOrder) {
    const active = search.findBuilds(before) ?? new Map<string, ModuleStream>();
    before.set(module, stream);
    if (search.findBuilds(before) !== null) continue;
    const streams = new Map([...active].map(([name, build]) => [name, build.stream]));
    const lack = search.lackOf(module, stream, streams);
    const beside = [...active.values()].map(nameOf).join(', ');
    const why = lack === null ? '' : `: it requires ${lack}`;
    return unsatisfiable(`module stream ${module}:${stream} cannot be active beside ${beside}${why}`);
  }
  return unsatisfiable(`module streams ${inOrder.map((one) => one.join(':')).join(', ')} cannot be active together`);
}

function unsatisfiable(message: string): AppError {
  return new AppError('SOLVE_UNSATISFIABLE', message, { hint: 'choose another stream with --module, or none' });
}
