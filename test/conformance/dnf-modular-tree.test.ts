/**
 * Packages of module streams in a bundle: dnf installs them from our tree with our `pigsty.repo` on every kind of host, though the tree has
 * no modules.yaml. Without `module_hotfixes=1` it refuses them or hides them, which is what these hosts are for.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { runCli } from '../lab/cli/run-cli.ts';
import { ownManifest } from '../lab/embedded/profile-requests.ts';
import { buildRpms, createRepo, modifyRepo } from '../lab/upstreams/rpm-fixtures.ts';

const missing = ['rpmbuild', 'createrepo_c', 'modifyrepo_c', 'dnf', 'rpm'].filter(
  (tool) => spawnSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' }).status !== 0,
);
if (missing.length > 0 && process.env.CI === 'true') throw new Error(`needed and absent: ${missing.join(', ')}`);
if (missing.length > 0) console.log(`skipped: ${missing.join(', ')} absent`);

type Release = 'el8' | 'el9';

/**
 * Other repositories of a host: packages of stream 6 and 7, and what their modules.yaml says. Null: no other repository; `''`: no
 * modules.yaml.
 */
interface HostKind {
  readonly about: string;
  readonly modules: ((release: Release) => string) | null;
  readonly enabled?: string;
  /** What dnf makes of our tree without `module_hotfixes=1`. */
  readonly withoutHotfixes: 'refused' | 'another' | 'ours';
}

const HOSTS: readonly HostKind[] = [
  { about: 'no other repository', modules: null, withoutHotfixes: 'refused' },
  { about: 'a repository without modules', modules: () => '', withoutHotfixes: 'refused' },
  { about: 'another stream as default', modules: (el) => stream(el, '6') + defaultStream('6'), withoutHotfixes: 'another' },
  { about: 'another stream enabled', modules: (el) => stream(el, '6'), enabled: 'redis:6', withoutHotfixes: 'another' },
  {
    about: 'both streams, the other as default',
    modules: (el) => stream(el, '6') + stream(el, '7') + defaultStream('6'),
    withoutHotfixes: 'another',
  },
  { about: 'both streams, none chosen', modules: (el) => stream(el, '6') + stream(el, '7'), withoutHotfixes: 'refused' },
  { about: 'our stream as default', modules: (el) => stream(el, '7') + defaultStream('7'), withoutHotfixes: 'ours' },
];

function stream(release: Release, id: string): string {
  return [
    ...['---', 'document: modulemd', 'version: 2', 'data:', '  name: redis', `  stream: "${id}"`, '  version: 1', '  context: c0ffee00'],
    ...['  arch: x86_64', '  summary: a module', '  description: a module', '  license:', '    module: [MIT]'],
    ...['  dependencies:', '    - requires:', `        platform: ["${release}"]`],
    ...['  artifacts:', '    rpms:', `    - redis-0:${id}-1.module_el.noarch`, '...', ''],
  ].join('\n');
}

function defaultStream(id: string): string {
  return `---\ndocument: modulemd-defaults\nversion: 1\ndata:\n  module: redis\n  stream: "${id}"\n  profiles: {}\n...\n`;
}

function redis(version: string) {
  return { name: 'redis', version, release: '1.module_el', modularityLabel: `redis:${version}:1:c0ffee00:x86_64` };
}

describe.skipIf(missing.length > 0).each(['el8', 'el9'] as const)('a modular package in a bundle for %s', (release) => {
  let dir: string;

  async function repository(name: string, versions: readonly string[], modules: string): Promise<string> {
    const path = join(dir, name);
    await buildRpms([...versions.map(redis), ...(name === 'upstream' ? [{ name: 'user', requires: ['redis'] }] : [])], path, {
      payload: 'w.ufdio',
    });
    await createRepo(path);
    if (modules === '') return path;
    writeFileSync(`${path}.yaml`, modules);
    await modifyRepo(path, 'modules', `${path}.yaml`);
    return path;
  }

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'modular-tree-'));
    const upstream = await repository('upstream', ['6', '7'], stream(release, '6') + stream(release, '7') + defaultStream('6'));
    const disable = ownManifest({ distro: release, arch: 'x86_64' }, 'pigsty').upstreams.map(({ name }) => name);
    const overlay = { schema: 1, disable, upstreams: [{ name: 'streams', url: `file://${upstream}` }] };
    writeFileSync(join(dir, 'overlay.yaml'), stringify(overlay));
    const request = ['--distro', release, '--manifest', 'overlay.yaml', '--profile', '', '--package', 'user', '--module', 'redis:7'];
    const built = await runCli(['build', ...request, '--store', 'store', '--no-bundle', '--tree', join(dir, 'tree')], { cwd: dir });
    expect(built.code, built.stderr).toBe(0);
    expect(readdirSync(join(dir, 'tree/pigsty/repodata')).filter((name) => name.includes('modules'))).toEqual([]);
  }, 120_000);
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  /** Installs `user` on a new host; which redis it has then, or null. */
  async function install(host: HostKind, repoFile: string): Promise<string | null> {
    const root = mkdtempSync(join(dir, 'host-'));
    mkdirSync(join(root, 'repos'));
    writeFileSync(join(root, 'repos/pigsty.repo'), repoFile.replaceAll('file:///www/pigsty', `file://${dir}/tree/pigsty`));
    if (host.modules !== null) {
      const other = await repository(root.slice(dir.length + 1).concat('-other'), ['6', '7'], host.modules(release));
      writeFileSync(join(root, 'repos/other.repo'), `[other]\nname=other\nbaseurl=file://${other}\nenabled=1\ngpgcheck=0\n`);
    }
    const settings = {
      reposdir: join(root, 'repos'),
      cachedir: join(root, 'cache'),
      logdir: root,
      module_platform_id: `platform:${release}`,
    };
    const common = ['-y', '--noplugins', '--installroot', join(root, 'root'), `--releasever=${release.slice(2)}`, '--forcearch=x86_64'];
    // Debian's rpm keeps its database below HOME.
    const options = { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8', HOME: root } } as const;
    const dnf = (...argv: readonly string[]) =>
      spawnSync('dnf', [...common, ...Object.entries(settings).map(([key, value]) => `--setopt=${key}=${value}`), ...argv], options);
    if (host.enabled !== undefined) expect(dnf('module', 'enable', host.enabled).status).toBe(0);
    const done = dnf('install', 'user');
    if (done.status !== 0) return null;
    return spawnSync('rpm', ['--root', join(root, 'root'), '-q', '--qf', '%{VERSION}', 'redis'], options).stdout;
  }

  it.each(HOSTS.map((host) => [host.about, host] as const))('installs on a host with %s', async (_about, host) => {
    const repoFile = readFileSync(join(dir, 'tree/pigsty.repo'), 'utf8');
    expect(await install(host, repoFile)).toBe('7');
    const expected = { refused: null, another: '6', ours: '7' }[host.withoutHotfixes];
    expect(await install(host, repoFile.replace('module_hotfixes=1\n', ''))).toBe(expected);
  });
});
