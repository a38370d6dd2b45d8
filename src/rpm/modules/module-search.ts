/**
 * Which builds of module streams can be active together, as dnf finds them (libdnf's `ModulePackageContainer`): what was chosen and all
 * that it requires, then one default after the other by name, each if it fits what is active already.
 */
import { compareCodeUnits } from '../../base/compare.ts';
import { rpmvercmp } from '../../version/rpmvercmp.ts';
import type { ModuleStream } from './module-document.ts';

/** Module → stream. */
export type StreamChoice = ReadonlyMap<string, string>;
type Need = readonly [module: string, allowed: readonly string[]];

/** Far more than the modules of any distribution need. Metadata made to be slow reaches it, and then counts as having no answer. */
const MAX_STEPS = 20_000;

const NOTHING: ReadonlyMap<string, readonly string[]> = new Map();

/** Answers over the streams of one target. Answers do not depend on the order of the documents. */
export class ModuleSearch {
  readonly #platform: string;
  readonly #defaults: StreamChoice;
  /** Stream → its builds, by module. Newest first, and of those that require the same only the newest. */
  readonly #modules = new Map<string, Map<string, ModuleStream[]>>();
  #steps = 0;

  constructor(streams: readonly ModuleStream[], defaults: StreamChoice, platform: string) {
    this.#platform = platform;
    this.#defaults = defaults;
    const newestFirst = [...streams].sort((a, b) => rpmvercmp(b.version, a.version) || compareCodeUnits(a.context, b.context));
    const known = new Set<string>();
    for (const build of newestFirst) {
      const key = keyOf(build);
      if (known.has(key)) continue;
      known.add(key);
      const byStream = this.#modules.get(build.name) ?? new Map<string, ModuleStream[]>();
      byStream.set(build.stream, [...(byStream.get(build.stream) ?? []), build]);
      this.#modules.set(build.name, byStream);
    }
  }

  /** One build for each module that is active with `chosen`, which outranks defaults with all it requires; null when `chosen` cannot be. */
  activate(chosen: StreamChoice): ReadonlyMap<string, ModuleStream> | null {
    let active = this.findBuilds(chosen);
    if (active === null) return null;
    const wanted = new Map(chosen);
    for (const [module, stream] of [...this.#defaults].sort(([a], [b]) => compareCodeUnits(a, b))) {
      if (wanted.has(module)) continue;
      const more = this.findBuilds(new Map(wanted).set(module, stream));
      if (more === null) continue;
      active = more;
      wanted.set(module, stream);
    }
    return active;
  }

  /** A build for every module of `wanted` and for what these require; null when there is no such set. */
  findBuilds(wanted: StreamChoice): ReadonlyMap<string, ModuleStream> | null {
    this.#steps = 0;
    // The last one first: when the others are known to fit together, it is the one that may not, and that shows at once.
    return this.#extend(wanted, new Map(), [...wanted.keys()].reverse(), []);
  }

  /**
   * The first thing a stream requires that cannot be had beside `wanted`, as `module:stream|stream`; null when each can be had by itself.
   */
  lackOf(module: string, stream: string, wanted: StreamChoice): string | null {
    const [build] = this.#modules.get(module)?.get(stream) ?? [];
    this.#steps = 0;
    const lack = [...(build?.requires[0] ?? [])].find((need) => this.#extend(wanted, new Map(), [], [need]) === null);
    return lack === undefined ? null : [lack[0], lack[1].join('|')].filter((part) => part !== '').join(':');
  }

  /** Meets `needs`, then finds builds for the modules of `open`; goes back where that does not work out. */
  #extend(
    streams: StreamChoice,
    builds: ReadonlyMap<string, ModuleStream>,
    open: readonly string[],
    needs: readonly Need[],
  ): ReadonlyMap<string, ModuleStream> | null {
    this.#steps += 1;
    if (this.#steps > MAX_STEPS) return null;
    const [need, ...otherNeeds] = needs;
    if (need !== undefined) {
      const [module, allowed] = need;
      const active = module === 'platform' ? this.#platform : streams.get(module);
      if (active !== undefined) return isAllowed(active, allowed) ? this.#extend(streams, builds, open, otherNeeds) : null;
      return first(this.#candidates(need), (stream) =>
        this.#extend(new Map(streams).set(module, stream), builds, [...open, module], otherNeeds),
      );
    }
    const [module, ...otherModules] = open;
    if (module === undefined) return builds;
    const group = this.#modules.get(module)?.get(streams.get(module) ?? '') ?? [];
    return first(group, (build) =>
      first(build.requires.length === 0 ? [NOTHING] : build.requires, (alternative) =>
        this.#extend(streams, new Map(builds).set(module, build), otherModules, [...alternative]),
      ),
    );
  }

  /**
   * The streams a module nobody has decided about may have: its default first, then by name as libsolv sees it, with a colon behind: `10:`
   * before `1:`.
   */
  #candidates([module, allowed]: Need): readonly string[] {
    const isOther = (stream: string) => Number(stream !== this.#defaults.get(module));
    return [...(this.#modules.get(module)?.keys() ?? [])]
      .filter((stream) => isAllowed(stream, allowed))
      .sort((a, b) => isOther(a) - isOther(b) || compareCodeUnits(`${a}:`, `${b}:`));
  }
}

function keyOf({ name, stream, context, requires }: ModuleStream): string {
  return JSON.stringify([name, stream, context, requires.map((alternative) => [...alternative])]);
}

/** Empty: any stream will do; `-1.20`: any but that. */
function isAllowed(stream: string, allowed: readonly string[]): boolean {
  if (allowed.includes(`-${stream}`)) return false;
  const positive = allowed.filter((one) => !one.startsWith('-'));
  return positive.length === 0 || positive.includes(stream);
}

function first<T, R>(items: readonly T[], find: (item: T) => R | null): R | null {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
}
