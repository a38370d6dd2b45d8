/**
 * Who may import whom. The table stands in `src/DESIGN.md`, for people and for this test: an edge that is not in it fails here, with the
 * file and the import that made it. Sub-rooms are rooms like any other.
 */
import { describe, expect, it } from 'vitest';
import { type Edge, findCircle, isInside, readEdges, readRooms, readSource, readTable, roomOf, sourceFiles } from './rooms.ts';

/** Rooms that decide and never act: values in, values out. */
const PURE = ['config', 'version', 'rpm', 'deb', 'solve', 'lock', 'install/contract', 'install/plan', 'template', 'components'];
const ACTING_MODULES = /^node:(fs|net|http|https|http2|child_process|os|dgram|dns|tls|worker_threads|process)(\/|$)/;
const ACTING_LIBRARIES = ['node-fetch', 'ssh2', 'cli-progress', 'commander'];

/** The half that runs where there is no internet cannot reach the half that downloads. */
const OFFLINE = ['cli/install', 'fleet', 'install', 'components', 'facts', 'host', 'template'];
const ONLINE = ['fetch', 'store', 'metadata', 'resolve', 'build', 'rpm', 'deb', 'solve', 'repo'];

const table = readTable();
const allowedFor = new Map(table.flatMap(({ rooms, allowed }) => rooms.map((room) => [room, allowed] as const)));
const edges = readEdges();
const own = edges.filter((edge): edge is Edge & { to: string } => edge.to !== null);
const isPure = (file: string): boolean => PURE.some((room) => isInside(file, room));

describe('the table of rooms', () => {
  it('sees the source tree', () => {
    expect(own.length).toBeGreaterThan(1000);
    expect(table.length).toBeGreaterThan(40);
  });

  it('has every folder with source files once, and no other', () => {
    expect(table.flatMap(({ rooms }) => rooms).sort()).toEqual(readRooms());
  });

  it('allows only rooms that exist', () => {
    const rooms = readRooms();
    expect(table.flatMap(({ name, allowed }) => allowed.filter((room) => !rooms.includes(room)).map((room) => `${name}: ${room}`))).toEqual(
      [],
    );
  });

  it('is kept by every import', () => {
    const wrong = own.filter(({ file, to }) => roomOf(file) !== roomOf(to) && !(allowedFor.get(roomOf(file)) ?? []).includes(roomOf(to)));
    expect(wrong.map(({ file, to }) => `${file} -> ${to}`)).toEqual([]);
  });

  it('allows nothing that no room of a row uses', () => {
    const used = new Set(own.map(({ file, to }) => `${roomOf(file)} -> ${roomOf(to)}`));
    const idle = table.flatMap(({ name, rooms, named }) =>
      named.filter((to) => !rooms.some((from) => used.has(`${from} -> ${to}`))).map((to) => `${name} -> ${to}`),
    );
    expect(idle).toEqual([]);
  });
});

describe('circles', () => {
  it.each([
    ['of files', (path: string) => path],
    ['of rooms', roomOf],
    ['of the rooms at the top', (path: string) => path.split('/')[0] ?? ''],
  ])('%s there are none', (_, nameOf) => {
    expect(findCircle(own.map(({ file, to }) => [nameOf(file), nameOf(to)] as const))).toEqual([]);
  });

  it('would be seen', () => {
    expect(
      findCircle([
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'a'],
        ['c', 'd'],
      ]),
    ).toEqual(['a', 'b', 'c', 'a']);
  });
});

describe('the two halves', () => {
  it('nothing outside imports cli', () => {
    expect(own.filter(({ file, to }) => isInside(to, 'cli') && !isInside(file, 'cli'))).toEqual([]);
  });

  it.each(OFFLINE)('%s cannot reach what downloads, through any file', (start) => {
    const reached = new Set(sourceFiles().filter((file) => isInside(file, start)));
    for (const file of reached) for (const edge of own) if (edge.file === file) reached.add(edge.to);
    expect([...reached].filter((file) => ONLINE.some((room) => isInside(file, room)))).toEqual([]);
  });
});

describe('deciding rooms', () => {
  it('import no files, network, processes or terminal', () => {
    const wrong = edges.filter(({ file, name }) => isPure(file) && (ACTING_MODULES.test(name) || ACTING_LIBRARIES.includes(name)));
    expect(wrong).toEqual([]);
  });

  it.each(['Date.now(', 'new Date()', 'Math.random(', 'localeCompare(', 'process.env', 'console.'])('never say %s', (forbidden) => {
    expect(sourceFiles().filter((file) => isPure(file) && readSource(file).includes(forbidden))).toEqual([]);
  });
});

describe('libraries', () => {
  it('node-fetch is used in fetch, ssh2 in host, the terminal in cli', () => {
    const homes: Readonly<Record<string, string>> = { 'node-fetch': 'fetch', ssh2: 'host', 'cli-progress': 'cli', commander: 'cli' };
    expect(edges.filter(({ file, name }) => homes[name] !== undefined && !isInside(file, homes[name]))).toEqual([]);
  });
});
