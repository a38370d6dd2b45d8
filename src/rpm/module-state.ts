/**
 * Which module streams are active, and so which packages are visible, as dnf decides (dnf's modularity documentation,
 * https://dnf.readthedocs.io/en/latest/modularity.html): chosen streams, default streams, and what these require; everything else of a
 * module is hidden, and so is a plain package that an active stream has under the same name.
 */
import { AppError } from '../base/errors.ts';
import { rpmvercmp } from '../version/rpmvercmp.ts';
import type { ModuleStream } from './module-document.ts';
import type { Modules } from './modulemd.ts';
import type { RpmPackage } from './types.ts';

/** What decides about streams. */
export interface ModuleChoice {
  /** `el9`: the stream of the module `platform`. */
  readonly platform: string;
  /** Kernel name of the CPU. */
  readonly arch: string;
  /** `nginx:1.24`, from `--module`. At most one a module. */
  readonly chosen: readonly string[];
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

  /** Why a package of an ordinary upstream cannot be seen, or null when it can. Upstreams with `module_hotfixes` are not to be asked about. */
  whyHidden(pkg: RpmPackage): string | null {
    if (this.#owners.size === 0) return null;
    const nevra = `${pkg.name}-${pkg.epoch}:${pkg.version}-${pkg.release}.${pkg.arch}`;
    if (this.#visible.has(nevra)) return null;
    const owner = this.#owners.get(nevra);
    if (owner !== undefined) return `belongs to module stream ${owner}, which is not active (choose it with --module ${owner})`;
    const shadow = this.#shadows.get(pkg.name) ?? pkg.provides.map(({ name }) => this.#shadows.get(name)).find((by) => by !== undefined);
    return shadow === undefined ? null : `hidden by module stream ${shadow}`;
  }
}

/**
 * The state of all modules of all upstreams.
 *
 * @throws {AppError} `SOLVE_UNKNOWN_NAME` for a chosen module or stream nobody has; `SOLVE_UNSATISFIABLE` when a chosen stream needs another
 * platform or a stream that contradicts a choice; `USAGE` when a choice is not `name:stream`, or a module is chosen twice. All faults at once.
 */
export function resolveModules(documents: readonly Modules[], choice: ModuleChoice): ModuleState {
  const streams = documents
    .flatMap((modules) => modules.streams)
    .filter(({ arch }) => arch === choice.arch || arch === 'noarch' || arch === '');
  const chosen = parseChoices(choice.chosen, streams);
  const wanted = new Map(chosen);
  for (const [module, stream] of defaultStreams(documents)) if (!wanted.has(module)) wanted.set(module, stream);
  const builds = activate(groupByStream(streams), wanted, chosen, choice.platform);
  const active = streams.filter((build) => builds.get(build.name)?.some((one) => isSameContext(one, build)) === true);
  return new ModuleState(
    streams,
    active.sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
}

/** A module for which upstreams name different streams has no default, as libmodulemd merges them. */
function defaultStreams(documents: readonly Modules[]): readonly (readonly [module: string, stream: string])[] {
  const named = new Map<string, Set<string>>();
  for (const { module, stream } of documents.flatMap((modules) => modules.defaults)) {
    if (stream !== null) named.set(module, (named.get(module) ?? new Set()).add(stream));
  }
  return [...named].flatMap(([module, streams]) => (streams.size > 1 ? [] : [...streams].map((stream) => [module, stream] as const)));
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

function groupByStream(streams: readonly ModuleStream[]): ReadonlyMap<string, readonly ModuleStream[]> {
  const groups = new Map<string, ModuleStream[]>();
  for (const build of streams) {
    const group = groups.get(nameOf(build)) ?? [];
    group.push(build);
    groups.set(nameOf(build), group);
  }
  // The newest build decides what a stream requires.
  for (const group of groups.values()) group.sort((a, b) => rpmvercmp(b.version, a.version) || (a.context < b.context ? -1 : 1));
  return groups;
}

function parseChoices(choices: readonly string[], streams: readonly ModuleStream[]): ReadonlyMap<string, string> {
  const chosen = new Map<string, string>();
  for (const text of choices) {
    const [, name = '', stream = ''] = /^([^:\s]+):([^:\s]+)$/.exec(text) ?? [];
    if (name === '') throw new AppError('USAGE', `--module ${text}: expected name:stream, as nginx:1.24`);
    if (chosen.has(name) && chosen.get(name) !== stream) throw new AppError('USAGE', `--module: ${name} is chosen twice`);
    chosen.set(name, stream);
    if (streams.some((build) => build.name === name && build.stream === stream)) continue;
    const known = [...new Set(streams.filter((build) => build.name === name).map((build) => build.stream))].sort();
    throw new AppError('SOLVE_UNKNOWN_NAME', `no upstream has the module stream ${text}`, {
      hint: known.length === 0 ? `no upstream has a module ${name}` : `streams of ${name}: ${known.join(', ')}`,
    });
  }
  return chosen;
}

/** Builds per module that can be active together. A default stream whose needs cannot be met is dropped, a chosen one is an error. */
function activate(
  groups: ReadonlyMap<string, readonly ModuleStream[]>,
  wanted: Map<string, string>,
  chosen: ReadonlyMap<string, string>,
  platform: string,
): ReadonlyMap<string, readonly ModuleStream[]> {
  const required = new Map<string, string>();
  for (let round = 0; round <= groups.size + 1; round += 1) {
    const builds = new Map<string, readonly ModuleStream[]>();
    let isSettled = true;
    for (const [name, stream] of [...wanted].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const fitting = (groups.get(`${name}:${stream}`) ?? []).filter((build) => unmet(build, wanted, required, platform) === null);
      if (fitting[0] !== undefined) {
        builds.set(name, [fitting[0]]);
        isSettled = addRequired(fitting[0], wanted, required, platform) && isSettled;
        continue;
      }
      if (chosen.has(name)) throw cannotActivate(name, stream, groups, wanted, required, platform);
      wanted.delete(name);
      isSettled = false;
    }
    if (isSettled) return builds;
  }
  return new Map();
}

/** Makes active what `build` requires and nobody decided yet. True when nothing was added. */
function addRequired(build: ModuleStream, wanted: Map<string, string>, required: Map<string, string>, platform: string): boolean {
  let isUnchanged = true;
  const isPossible = (alternative: ReadonlyMap<string, readonly string[]>) => lackOf(alternative, wanted, required, platform) === undefined;
  for (const [module, streams] of build.requires.find(isPossible) ?? []) {
    const first = streams.find((stream) => !stream.startsWith('-'));
    if (module === 'platform' || wanted.has(module) || first === undefined || required.has(module)) continue;
    wanted.set(module, first);
    required.set(module, first);
    isUnchanged = false;
  }
  return isUnchanged;
}

/** What the first alternative of a build's requirements lacks; null when one alternative can be met. */
function unmet(
  build: ModuleStream,
  wanted: ReadonlyMap<string, string>,
  required: ReadonlyMap<string, string>,
  platform: string,
): string | null {
  const lacks = build.requires.map((alternative) => lackOf(alternative, wanted, required, platform));
  if (lacks.length === 0 || lacks.includes(undefined)) return null;
  const [module, streams] = lacks[0] as [string, readonly string[]];
  return `${module}:${streams.join('|')}`;
}

function lackOf(
  alternative: ReadonlyMap<string, readonly string[]>,
  wanted: ReadonlyMap<string, string>,
  required: ReadonlyMap<string, string>,
  platform: string,
): [string, readonly string[]] | undefined {
  const activeOf = (module: string) => (module === 'platform' ? platform : wanted.get(module));
  return [...alternative].find(([module, streams]) => !isMet(activeOf(module), streams, required.has(module)));
}

/** A module nobody has decided about can still be activated, unless that was tried and failed. */
function isMet(active: string | undefined, allowed: readonly string[], wasTried: boolean): boolean {
  const positive = allowed.filter((stream) => !stream.startsWith('-'));
  if (active === undefined) return !wasTried && positive.length > 0;
  if (allowed.includes(`-${active}`)) return false;
  return positive.length === 0 || positive.includes(active);
}

function cannotActivate(
  name: string,
  stream: string,
  groups: ReadonlyMap<string, readonly ModuleStream[]>,
  wanted: ReadonlyMap<string, string>,
  required: ReadonlyMap<string, string>,
  platform: string,
): AppError {
  const needs = (groups.get(`${name}:${stream}`) ?? []).map((build) => unmet(build, wanted, required, platform));
  return new AppError(
    'SOLVE_UNSATISFIABLE',
    `module stream ${name}:${stream} cannot be active: it requires ${needs[0] ?? 'nothing we have'}`,
    {
      hint: 'choose another stream with --module, or none',
    },
  );
}
