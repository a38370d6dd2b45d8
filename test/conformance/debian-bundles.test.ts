/**
 * Bundles of the real archive before independent judges: dose-debcheck and libsolv's installcheck find no package in them that could not be
 * installed from them alone, apt installs every profile from an empty host, and one lock gives one digest under any circumstances.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { type Arch, type Distro, packageArch } from '../../src/base/target.ts';
import { runCli } from '../lab/cli/run-cli.ts';
import { profileRequests } from '../lab/embedded/profile-requests.ts';
import { hasProgram } from '../lab/hosts/lab-unavailable.ts';
import { sha256 } from '../lab/upstreams/toy-archive.ts';
import { isLong, seedOfRun, sizeOf, tellCounts } from '../support/long-tests.ts';
import { sample } from './debian-archive.ts';
import { PrivateApt } from './private-apt.ts';

const run = promisify(execFile);
const TOOLS = ['dose-debcheck', 'installcheck', 'apt-get'];
const missing = TOOLS.filter((name) => !hasProgram(name));
const PG: Partial<Record<Distro, string>> = { d12: 'pgsql-15', d13: 'pgsql-17' };
/** Nothing of this machine reaches the program, except its proxies: it is the real network that is used here. */
const network = Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(?:https?|no|all)_proxy$/i.test(name)));

let dir: string;
let judged = 0;
/** Why the archive cannot be used, null when it can. */
let unreachable: string | null = null;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'debian-bundles-'));
  mkdirSync(join(dir, 'home'));
  const { code, stderr } = await program(['resolve', '--distro', 'd12', '--flavor', 'debian', '--profile', 'infra', '--lock', 'd12.lock']);
  if (code === 69) unreachable = stderr.trim();
  else expect(code, stderr).toBe(0);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function program(argv: readonly string[], options: { env?: Record<string, string>; wrap?: string[]; store?: string } = {}) {
  const { env = {}, wrap = [], store = 'store' } = options;
  return runCli([...argv, '--store', store], { cwd: dir, env: { ...network, ...env }, wrap });
}

function needsArchive(context: TestContext): void {
  if (unreachable === null) return;
  if (process.env.CI === 'true') throw new Error(unreachable);
  context.skip(`the archive cannot be reached: ${unreachable}`);
}

const ALL_CASES = (['d12', 'd13'] as const).flatMap((distro) =>
  (['x86_64', 'aarch64'] as const).flatMap((arch) =>
    ['infra', 'node', PG[distro] ?? '', 'full'].map((profile) => [distro, arch, profile] as const),
  ),
);

/** Always both CPUs of both releases with everything there is; the rest is in the long test. */
const cases = isLong('debian-bundles') ? ALL_CASES : [...ALL_CASES.filter(([, , profile]) => profile === 'full'), ...sampledCases()];

function sampledCases(): typeof ALL_CASES {
  const others = ALL_CASES.filter(([, , profile]) => profile !== 'full');
  return sample(others, sizeOf('debian-bundles') - 4, seedOfRun());
}

describe.skipIf(missing.length > 0 && process.env.CI !== 'true')(
  `Debian bundles${missing.length > 0 ? ` (missing: ${missing.join(' ')})` : ''}`,
  () => {
    it.for(cases)('%s %s %s: nothing in it is broken', async ([distro, arch, profile], context) => {
      needsArchive(context);
      const tree = `${distro}.${arch}.${profile}`;
      const request = ['--distro', distro, '--arch', arch, '--flavor', 'debian', '--profile', profile];
      const built = await program(['build', ...request, '--tree', tree, '--no-bundle', '--no-installer']);
      expect(built.code, built.stderr).toBe(0);
      const packages = join(dir, tree, 'pigsty', 'Packages');
      await judge(packages, { distro, arch, profile });
      rmSync(join(dir, tree), { recursive: true });
      judged += 1;
      tellCounts('debian-bundles', { bundles: judged, broken: 0 });
    });

    it('one lock gives one digest: cold store, another time zone, language, umask, date and directory', async (context) => {
      needsArchive(context);
      const build = ['build', '--distro', 'd12', '--flavor', 'debian', '--profile', 'infra', '--locked', '--lock', 'd12.lock'];
      const first = await program([...build, '--output', 'one']);
      expect(first.code, first.stderr).toBe(0);
      const faketime = existsSync('/usr/bin/faketime') ? ['faketime', '2029-03-04 05:06:07'] : [];
      const second = await program([...build, '--output', 'two/and more'], {
        store: 'cold',
        env: { TZ: 'Pacific/Chatham', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
        wrap: ['sh', '-c', 'umask 077; exec "$@"', 'sh', ...faketime],
      });
      expect(second.code, second.stderr).toBe(0);
      const digests = ['one', 'two/and more'].map((name) => sha256(readFileSync(join(dir, name, 'pigsty-pkg-v4.5.0.d12.x86_64.tgz'))));
      expect(digests[0]).toBe(digests[1]);
      console.log(`two builds of infra for d12: ${digests.join(' ')}`);
    });
  },
);

async function judge(packages: string, { distro, arch, profile }: { distro: Distro; arch: Arch; profile: string }): Promise<void> {
  const native = packageArch({ distro, arch });
  const index = readFileSync(packages);
  const names = new Set([...index.toString().matchAll(/^Package: (.*)$/gm)].map((match) => match[1]));
  const dose = await run('dose-debcheck', [`--deb-native-arch=${native}`, '--failures', '--explain', packages], { maxBuffer: 1 << 28 });
  expect(dose.stdout).toMatch(/^broken-packages: 0$/m);
  expect(dose.stdout).toMatch(new RegExp(`^total-packages: ${names.size}$`, 'm'));
  expect((await run('installcheck', [native, packages], { maxBuffer: 1 << 28 })).stdout).toBe('');
  const apt = new PrivateApt(mkdtempSync(join(dir, 'apt-')), native, [index]);
  const wanted = profileRequests({ distro, arch }, 'debian', [profile])
    .map(({ text }) => text)
    .filter((name) => names.has(name));
  const answer = await apt.simulate(wanted);
  expect(answer.ok, answer.output).toBe(true);
  const unknown = answer.installed.filter((item) => !names.has(item.split('=')[0]));
  expect(unknown).toEqual([]);
  for (const name of wanted)
    expect(
      answer.installed.some((item) => item.startsWith(`${name}=`)),
      name,
    ).toBe(true);
  console.log(`${distro}.${arch} ${profile}: ${names.size} packages, nothing broken; apt installs ${answer.installed.length}`);
}
