/** The real dnf on an empty root of its own, told of one `.repo` file and of nothing else. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How dnf ended, and all that it said. */
export interface DnfRun {
  readonly status: number | null;
  readonly output: string;
}

/**
 * Runs dnf with `repoFile` as its only configuration of repositories: `install app` really installs. A repository may be served by this
 * process.
 */
export async function runDnf(repoFile: string, ...argv: readonly string[]): Promise<DnfRun> {
  const root = mkdtempSync(join(tmpdir(), 'el-root-'));
  try {
    const repos = join(root, 'repos');
    mkdirSync(repos);
    writeFileSync(join(repos, 'test.repo'), repoFile);
    const options = {
      reposdir: repos,
      cachedir: join(root, 'cache'),
      logdir: root,
      module_platform_id: 'platform:el9',
      install_weak_deps: '0',
    };
    const settings = Object.entries(options).map(([key, value]) => `--setopt=${key}=${value}`);
    const host = ['--installroot', join(root, 'host'), '--releasever=9', '--forcearch=x86_64'];
    const common = ['-y', '--disableplugin=local', ...host, ...settings];
    const environment = { ...process.env, LC_ALL: 'C.UTF-8', HOME: root };
    const run = (...command: readonly string[]) =>
      new Promise<DnfRun>((resolve) => {
        const done = execFile('dnf', [...common, ...command], { env: environment, maxBuffer: 1 << 26 }, (_error, stdout, stderr) =>
          resolve({ status: done.exitCode, output: `${stdout}${stderr}` }),
        );
      });
    // The key of a repository comes in here; Debian's dnf takes it in no other command.
    const cached = await run('makecache');
    return cached.status === 0 ? await run(...argv) : cached;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** As {@link runDnf}, with the `pigsty.repo` of a tree that lies elsewhere than on a host. */
export function runDnfOnTree(tree: string, ...argv: readonly string[]): Promise<DnfRun> {
  const text = readFileSync(join(tree, 'pigsty.repo'), 'utf8').replaceAll('file:///www/pigsty', `file://${tree}/pigsty`);
  return runDnf(text, ...argv);
}

/** As {@link runDnf}, with one repository that signs nothing. */
export function runDnfOnUrl(url: string, ...argv: readonly string[]): Promise<DnfRun> {
  return runDnf(`[upstream]\nname=upstream\nbaseurl=${url}\ngpgcheck=0\nskip_if_unavailable=0\n`, ...argv);
}
