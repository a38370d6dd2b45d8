/** EL bundles for the other CPU: built here, and resolved from the tree alone by the real dnf as on an aarch64 host. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runCli } from '../lab/cli/run-cli.ts';
import { describeLab } from '../lab/hosts/describe-lab.ts';
import { elProfilePackages, makeElProfileUpstream, removeElProfileUpstream } from '../lab/upstreams/el-profile-upstream.ts';
import { sizeOf, tellCounts } from '../support/long-tests.ts';

/** repoclosure names what nobody has, also where it is needed only beside a package that nobody has either. */
const IDLE_CONDITION = '(container-selinux if selinux-policy)';

describeLab('an EL bundle for aarch64', ['rpmbuild', 'rpmsign', 'createrepo_c', 'modifyrepo_c', 'gpg', 'apt-get', 'dnf'], () => {
  const work = mkdtempSync(join(tmpdir(), 'el-aarch64-'));
  mkdirSync(join(work, 'home'));
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  /** dnf as on an empty aarch64 host whose only source is the tree. Nothing is installed: the programs could not run their scripts here. */
  function dnf(tree: string, distro: string, ...argv: readonly string[]): { status: number | null; output: string } {
    const host = mkdtempSync(join(work, 'host-'));
    writeFileSync(join(host, 'pigsty.repo'), readFileSync(join(tree, 'pigsty.repo'), 'utf8').replaceAll('file:///www/', `file://${tree}/`));
    const major = distro.slice(2);
    const settings = { reposdir: host, cachedir: join(host, 'cache'), logdir: host, module_platform_id: `platform:${distro}` };
    const options = Object.entries(settings).map(([key, value]) => `--setopt=${key}=${value}`);
    const common = [
      '-y',
      '--disableplugin=local',
      '--forcearch=aarch64',
      `--releasever=${major}`,
      '--installroot',
      join(host, 'root'),
      ...options,
    ];
    const done = spawnSync('dnf', [...common, ...argv], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8', HOME: host } });
    return { status: done.status, output: `${done.stdout}${done.stderr}` };
  }

  const releases = [
    ['el9', ['infra', 'node', 'pgsql-17', 'full']],
    ['el8', ['infra', 'node']],
    ['el10', ['infra', 'node']],
  ] as const;
  it.each(releases.slice(0, sizeOf('el-aarch64')))('has everything the profiles need on %s, profiles %j', async (distro, profiles) => {
    const upstream = await makeElProfileUpstream(distro, 'aarch64');
    try {
      const tree = join(work, distro);
      const request = ['--distro', distro, '--arch', 'aarch64', '--profile', profiles.join(','), '--manifest', upstream.overlayPath];
      const built = await runCli(['build', ...request, '--store', join(work, 'store'), '--no-bundle', '--tree', tree], { cwd: work });
      expect(built.code, built.stderr).toBe(0);
      const files = readdirSync(join(tree, 'pigsty')).filter((name) => name.endsWith('.rpm'));
      expect(files.filter((name) => !/\.(?:aarch64|noarch)\.rpm$/.test(name))).toEqual([]);
      for (const profile of profiles) {
        const names = elProfilePackages(distro, profile, 'aarch64');
        const resolved = dnf(tree, distro, 'install', '--downloadonly', ...names);
        expect(resolved.status, resolved.output).toBe(0);
        for (const name of names) expect(resolved.output).toMatch(new RegExp(`^ ${name.replaceAll('+', '\\+')} +(?:aarch64|noarch) `, 'm'));
      }
      const unresolved = [...dnf(tree, distro, 'repoclosure').output.matchAll(/^ {4}(\S.*)$/gm)].map((match) => match[1]);
      expect(unresolved.filter((capability) => capability !== IDLE_CONDITION)).toEqual([]);
      tellCounts('el-aarch64', { [`packages in the bundle for ${distro}`]: files.length });
    } finally {
      await removeElProfileUpstream(upstream);
    }
  });
});
