/** Who may import whom. The table is the architecture: an edge that is not in it fails here, with the file and the line that made it. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = new URL('../../src/', import.meta.url).pathname;

const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  config: ['base'],
  version: ['base'],
  solve: ['base'],
  trust: ['base'],
  fetch: ['base'],
  lock: ['base'],
  rpm: ['base', 'version', 'solve', 'trust'],
  deb: ['base', 'version', 'solve', 'trust'],
  repo: ['base', 'lock', 'rpm', 'deb', 'trust'],
  pack: ['base', 'lock', 'trust'],
  host: ['base'],
  facts: ['base', 'host'],
  install: ['base', 'config', 'pack', 'trust', 'host', 'facts'],
};

/** Folders and files that decide and never act: values in, values out. */
const PURE = ['config/', 'version/', 'rpm/', 'deb/', 'solve/', 'lock/', 'install/plan', 'install/template/', 'install/services/'];
const ACTING_MODULES = /^node:(fs|net|http|https|http2|child_process|os|dgram|dns|tls|worker_threads|process)(\/|$)/;
const ACTING_LIBRARIES = ['node-fetch', 'ssh2', 'cli-progress', 'commander'];

interface Edge {
  readonly file: string;
  readonly specifier: string;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sourceFiles(path);
    return name.endsWith('.ts') ? [path] : [];
  });
}

function edges(): Edge[] {
  return sourceFiles(SRC).flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    const specifiers = [
      ...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^'";]*?from\s*'([^']+)'|\bimport\(\s*'([^']+)'|(?:^|\n)import\s+'([^']+)'/g),
    ];
    return specifiers.map((match) => ({ file: relative(SRC, path), specifier: match[1] ?? match[2] ?? match[3] ?? '' }));
  });
}

function folderOf(file: string): string {
  return file.split('/')[0] ?? '';
}

function importedFolder(edge: Edge): string {
  return folderOf(relative(SRC, new URL(edge.specifier, `file://${SRC}${edge.file}`).pathname));
}

describe('imports', () => {
  const all = edges();

  it('sees the source tree', () => {
    expect(all.length).toBeGreaterThan(100);
  });

  it('follow the table of folders', () => {
    const wrong = all
      .filter((edge) => edge.specifier.startsWith('.') && folderOf(edge.file) !== 'cli')
      .filter((edge) => {
        const from = folderOf(edge.file);
        const to = importedFolder(edge);
        return to !== from && !(MAY_IMPORT[from] ?? []).includes(to);
      });
    expect(wrong).toEqual([]);
  });

  it('let nothing import cli', () => {
    expect(all.filter((edge) => edge.specifier.startsWith('.') && folderOf(edge.file) !== 'cli' && importedFolder(edge) === 'cli')).toEqual(
      [],
    );
  });

  it('keep the deciding folders away from files, network, processes and the terminal', () => {
    const wrong = all
      .filter((edge) => PURE.some((prefix) => edge.file.startsWith(prefix)))
      .filter((edge) => ACTING_MODULES.test(edge.specifier) || ACTING_LIBRARIES.includes(edge.specifier));
    expect(wrong).toEqual([]);
  });

  it('keep node-fetch in fetch, ssh2 in host, and the terminal in cli', () => {
    const homes: Readonly<Record<string, string>> = { 'node-fetch': 'fetch', ssh2: 'host', 'cli-progress': 'cli', commander: 'cli' };
    expect(all.filter((edge) => edge.specifier in homes && folderOf(edge.file) !== homes[edge.specifier])).toEqual([]);
  });

  it('name every folder that exists', () => {
    const folders = readdirSync(SRC).filter((name) => statSync(join(SRC, name)).isDirectory());
    expect(folders.filter((name) => name !== 'cli' && !(name in MAY_IMPORT))).toEqual([]);
  });
});

describe('deciding folders', () => {
  it.each(['Date.now(', 'new Date()', 'Math.random(', 'localeCompare(', 'process.env', 'console.'])('never say %s', (forbidden) => {
    const wrong = sourceFiles(SRC)
      .map((path) => relative(SRC, path))
      .filter((file) => PURE.some((prefix) => file.startsWith(prefix)))
      .filter((file) => readFileSync(join(SRC, file), 'utf8').includes(forbidden));
    expect(wrong).toEqual([]);
  });
});
