/** A small upstream on disk, an overlay that puts it in the place of all others, and the program to make a bundle tree of it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import type { Distro } from '../../../src/base/target.ts';
import { type CliRun, runCli } from '../cli/run-cli.ts';
import { ownManifest } from '../embedded/profile-requests.ts';

export interface StateLab {
  readonly dir: string;
  /** Runs a verb for the lab's distro with its overlay and store; `--no-bundle --tree tree` is up to the caller. */
  run(verb: string, ...argv: readonly string[]): Promise<CliRun>;
  /** Builds `tree` for these packages by name. */
  build(packages: readonly string[], ...argv: readonly string[]): Promise<CliRun>;
  /** Writes a file into the directory and returns its path. */
  write(name: string, text: string): string;
}

/** The repository at `upstream.url` (a path) as only upstream of a distro. */
export function stateLab(distro: Distro, upstream: Readonly<Record<string, unknown>>): StateLab {
  const dir = mkdtempSync(join(tmpdir(), 'host-state-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const { upstreams } = ownManifest({ distro, arch: 'x86_64' }, distro.startsWith('el') ? 'pigsty' : 'debian');
  const overlay = { schema: 1, disable: upstreams.map(({ name }) => name), upstreams: [{ name: 'toy', module: 'node', ...upstream }] };
  const write = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  write('overlay.yaml', stringify(overlay));
  const common = ['--distro', distro, '--flavor', distro.startsWith('el') ? 'pigsty' : 'debian', '--manifest', 'overlay.yaml'];
  const run: StateLab['run'] = (verb, ...argv) => runCli([verb, ...common, '--store', 'store', '--profile', '', ...argv], { cwd: dir });
  return {
    dir,
    run,
    build: (packages, ...argv) => run('build', '--package', packages.join(','), '--no-bundle', '--tree', 'tree', ...argv),
    write,
  };
}
