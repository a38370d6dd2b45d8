/** The embedded upstream for EL is a real repository: rpm verifies its packages and signatures, and dnf installs from it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from '../lab/cli/run-cli.ts';
import { writeElUpstream } from '../lab/embedded/write-el-upstream.ts';

const missing = ['rpm', 'rpmkeys', 'dnf'].filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' }).status !== 0);
if (missing.length > 0 && process.env.CI === 'true') throw new Error(`needed and absent: ${missing.join(', ')}`);
if (missing.length > 0) console.log(`skipped: ${missing.join(', ')} absent`);
const test = it.skipIf(missing.length > 0);

let dir: string;
let overlay: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'embedded-el-'));
  overlay = (await writeElUpstream(join(dir, 'upstream'), 'el9', 1_700_000_000)).overlayPath;
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function run(command: string, ...args: readonly string[]) {
  return spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8', HOME: dir } });
}

test('rpm accepts every package: digests, signature, payload', () => {
  const keys = join(dir, 'keys');
  mkdirSync(keys);
  expect(run('rpmkeys', '--dbpath', keys, '--import', join(dir, 'upstream/key.asc')).status).toBe(0);
  const folder = join(dir, 'upstream/x86_64');
  const rpms = readdirSync(folder).filter((name) => name.endsWith('.rpm'));
  expect(rpms.length).toBeGreaterThan(50);
  const checked = run('rpmkeys', '--dbpath', keys, '-K', ...rpms.map((name) => join(folder, name)));
  expect(checked.status, checked.stdout).toBe(0);
  expect(
    checked.stdout
      .trim()
      .split('\n')
      .filter((line) => !line.endsWith(': digests signatures OK')),
  ).toEqual([]);
});

test('dnf installs from it', () => {
  const settings = [`cachedir=${join(dir, 'cache')}`, `reposdir=${join(dir, 'none')}`, `logdir=${dir}`].map(
    (setting) => `--setopt=${setting}`,
  );
  const common = ['-y', '--noplugins', '--nogpgcheck', '--installroot', join(dir, 'root'), '--releasever=9', '--forcearch=x86_64'];
  const url = `file://${join(dir, 'upstream/x86_64')}`;
  const installed = run('dnf', ...common, ...settings, `--repofrompath=embedded,${url}`, 'install', 'nginx', 'ansible', 'chrony');
  expect(installed.status, installed.stdout + installed.stderr).toBe(0);
  for (const name of ['nginx-filesystem', 'python3-jmespath', 'bash']) expect(installed.stdout).toContain(`${name}-0~embedded1-1`);
});

it('our own program builds from it for either CPU, with every signature checked', async () => {
  for (const arch of ['x86_64', 'aarch64']) {
    const request = ['--distro', 'el9', '--arch', arch, '--manifest', overlay, '--profile', 'infra,node', '--require-signatures'];
    const built = await runCli(['build', ...request, '--store', join(dir, 'store'), '--no-bundle', '--tree', join(dir, arch)], {
      cwd: dir,
    });
    expect(built.code, built.stderr).toBe(0);
    expect(built.stdout).toContain('1 of 1 upstreams signed');
  }
});
