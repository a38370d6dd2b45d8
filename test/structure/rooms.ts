/** The rooms of `src` and the imports between them, read from the text of the files. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const SRC = new URL('../../src/', import.meta.url).pathname;
const IMPORTS = /(?:^|\n)\s*(?:import|export)\b[^'";]*?from\s*'([^']+)'|\bimport\(\s*'([^']+)'|(?:^|\n)import\s+'([^']+)'/g;

/** One import. Paths are relative to `src`; `to` is null for what is not ours. */
export interface Edge {
  readonly file: string;
  readonly name: string;
  readonly to: string | null;
}

/** Every source file, relative to `src`. Declarations of foreign modules are none. */
export function sourceFiles(): string[] {
  const names = readdirSync(SRC, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /(?<!\.d)\.[jt]s$/.test(name)).sort();
}

export function readSource(file: string): string {
  return readFileSync(join(SRC, file), 'utf8');
}

/** Every folder that holds source files. */
export function readRooms(): string[] {
  return [...new Set(sourceFiles().map(roomOf))].sort();
}

export function roomOf(file: string): string {
  return dirname(file);
}

/** True for a file of a room or of a room below it. */
export function isInside(file: string, room: string): boolean {
  return file.startsWith(`${room}/`);
}

/** Every import of every source file. */
export function readEdges(): Edge[] {
  return sourceFiles().flatMap((file) =>
    [...readSource(file).matchAll(IMPORTS)].map((match) => {
      const name = match[1] ?? match[2] ?? match[3] ?? '';
      const path = relative(SRC, join(SRC, dirname(file), name));
      const isOwn = name.startsWith('.') && !path.startsWith('..');
      if (isOwn && !statSync(join(SRC, path)).isFile()) throw new Error(`${file} imports ${name}, which is no file`);
      return { file, name, to: isOwn ? path : null };
    }),
  );
}

/** The names along one circle, the first again at the end; empty when there is none. */
export function findCircle(arrows: Iterable<readonly [string, string]>): string[] {
  const next = new Map<string, Set<string>>();
  for (const [from, to] of arrows) if (from !== to) next.set(from, (next.get(from) ?? new Set()).add(to));
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): string[] => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (done.has(name)) return [];
    for (const other of next.get(name) ?? []) {
      const circle = visit(other, [...path, name]);
      if (circle.length > 0) return circle;
    }
    done.add(name);
    return [];
  };
  for (const name of next.keys()) {
    const circle = visit(name, []);
    if (circle.length > 0) return circle;
  }
  return [];
}

/** A row of the table: the rooms it speaks of, and those they may import. */
export interface Row {
  readonly name: string;
  readonly rooms: readonly string[];
  readonly allowed: readonly string[];
  /** Those of `allowed` that are written by their own name. */
  readonly named: readonly string[];
}

/**
 * The table of `src/DESIGN.md`: `| \`room\` | what it is | what it may import |`. A row `name/*` speaks of all rooms below `name` that have
 * no row of their own; in the last column it is `name` and all rooms below it.
 */
export function readTable(): Row[] {
  const rooms = readRooms();
  const written = [...readSource('DESIGN.md').matchAll(/^\| `([^`]+)` \|[^|]*\|([^|]*)\|$/gm)].map(([, name = '', words = '']) => ({
    name,
    words,
  }));
  const names = written.map(({ name }) => name);
  const below = (word: string): string[] => rooms.filter((room) => isInside(room, word.slice(0, -2)));
  return written.map(({ name, words }) => {
    const list = words.split(/\s+/).filter((word) => word !== '');
    return {
      name,
      rooms: name.endsWith('/*') ? below(name).filter((room) => !names.includes(room)) : [name],
      allowed: list.flatMap((word) => (word.endsWith('/*') ? below(word) : [word])),
      named: list.filter((word) => !word.endsWith('/*')),
    };
  });
}
