/**
 * Small random worlds of RPM packages with rich dependencies, conflicts and obsoletes, each with names of its own, so that one repository
 * holds many.
 */
import type { RpmPackage } from '../../../src/rpm/package/rpm-package.ts';
import { type ToyLists, toyRpm } from './toy-rpms.ts';

/** Packages that only know each other, and what is asked of them. */
export interface RandomWorld {
  readonly packages: readonly RpmPackage[];
  readonly install: readonly string[];
}

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];

/** `count` worlds; the same `random`, the same worlds. */
export function randomWorlds(random: () => number, count: number): RandomWorld[] {
  return Array.from({ length: count }, (_, at) => randomWorld(random, `w${at}`));
}

function randomWorld(random: () => number, prefix: string): RandomWorld {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const chance = (part: number): boolean => random() < part;
  const name = (): string => `${prefix}-${pick(NAMES)}`;
  const atom = (): string => {
    if (chance(0.1)) return `${prefix}-cap`;
    return chance(0.25) ? `${name()} ${pick(['=', '<', '>', '>=', '<='])} ${pick(['1-1', '2-1', '2'])}` : name();
  };
  const rich = (depth: number): string => {
    if (depth === 0 || chance(0.4)) return atom();
    const [a, b, c] = [rich(depth - 1), rich(depth - 1), rich(depth - 1)];
    return pick([
      `(${a} and ${b})`,
      `(${a} or ${b})`,
      `(${a} if ${b})`,
      `(${a} if ${b} else ${c})`,
      `(${atom()} with ${atom()})`,
      `(${atom()} without ${atom()})`,
    ]);
  };
  const lists = (): ToyLists => ({
    ...(chance(0.75) ? { requires: Array.from({ length: 1 + Math.floor(random() * 2) }, () => rich(2)) } : {}),
    ...(chance(0.25) ? { conflicts: [chance(0.5) ? atom() : `(${name()} unless ${name()})`] } : {}),
    ...(chance(0.1) ? { obsoletes: [`${name()} < 2`] } : {}),
    ...(chance(0.2) ? { provides: [`${prefix}-cap`] } : {}),
  });
  const packages = NAMES.flatMap((one) => {
    const versions = chance(0.3) ? ['1-1', '2-1'] : ['1-1'];
    return versions.map((version) => toyRpm(`${prefix}-${one} ${version}`, lists()));
  });
  return { packages, install: [`${prefix}-a`, ...(chance(0.5) ? [`${prefix}-b`] : [])] };
}

/** `count` worlds with weak dependencies of every kind and few hard ones; each can be installed but for its conflicts. */
export function randomWeakWorlds(random: () => number, count: number): RandomWorld[] {
  return Array.from({ length: count }, (_, at) => randomWeakWorld(random, `w${at}`));
}

function randomWeakWorld(random: () => number, prefix: string): RandomWorld {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const some = (part: number, make: () => string): readonly string[] => (random() < part ? [make()] : []);
  const name = (): string => `${prefix}-${pick(NAMES)}`;
  const weak = (): string => pick([name, name, () => `(${name()} if ${name()})`, () => `${name()} >= 2`])();
  // Of a recommended `(b and a)` where only one can be had, libsolv takes the first by name and we the first that is written.
  const trigger = (): string => pick([weak, () => `(${name()} and ${name()})`])();
  const packages = NAMES.map((one) =>
    toyRpm(`${prefix}-${one} ${pick(['1-1', '2-1'])}`, {
      requires: some(0.3, name),
      conflicts: some(0.15, name),
      recommends: [...some(0.5, weak), ...some(0.2, weak)],
      supplements: some(0.4, trigger),
      suggests: some(0.4, weak),
      enhances: some(0.4, trigger),
    }),
  );
  return { packages, install: [`${prefix}-a`] };
}
