/**
 * Bundles built from Debian's real archive by our command line, carried to hosts without any network, and installed there by the hosts'
 * own tar and apt. Services start as they do on any Debian host: what cannot run beside another is for the installer to arrange, not for
 * apt.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseTarget } from '../../src/base/target.ts';
import { profileRequests } from '../lab/embedded/profile-requests.ts';
import { describeLab } from '../lab/hosts/describe-lab.ts';
import { installSets, type PackageSet, useBundle } from '../lab/hosts/install-deb-bundle.ts';
import { labSubdirectory } from '../lab/hosts/lab-directory.ts';
import type { LabNode } from '../lab/hosts/lab-node.ts';
import { mustRun } from '../lab/hosts/run-command.ts';
import { buildInstaller } from '../lab/install/build-installer.ts';
import { sizeOf, tellCounts } from '../support/long-tests.ts';

/** In memory: dpkg syncs every file it writes. */
const DISK_BYTES = 6 * 1024 ** 3;
const CLI = new URL('../../src/cli/bin/pigsty-bundle.js', import.meta.url).pathname;

describeLab('a bundle of flavor debian', ['apt-get', 'tar'], (lab) => {
  let output: string;

  beforeAll(async () => {
    await buildInstaller();
    output = mkdtempSync(join(tmpdir(), 'deb-bundle-'));
  });
  afterAll(() => rmSync(output, { recursive: true, force: true }));

  /** Builds a bundle and returns its file name in `output`. */
  async function build(distro: string, arch: string, profiles: readonly string[]): Promise<string> {
    const request = ['--distro', distro, '--arch', arch, '--flavor', 'debian', '--profile', profiles.join(',')];
    const argv = [process.execPath, CLI, 'build', ...request, '--output', output, '--store', labSubdirectory('store')];
    await mustRun(argv, { timeoutMs: 600_000, cwd: output });
    const names = readdirSync(output).filter((name) => name.endsWith(`.${distro}.${arch}.tgz`));
    expect(names).toHaveLength(1);
    return names[0] ?? '';
  }

  /** A host that sees the bundles on a stick. */
  function bootHost(tree: 'd12' | 'd13'): Promise<LabNode> {
    return lab().boot({ name: 'infra-1', tree, binds: [{ source: output, target: '/media/usb' }], diskBytes: DISK_BYTES });
  }

  // What INFRA needs is installed by pigsty-install in other tests; here it is in the long test.
  const common = sizeOf('deb-profiles') > 2 ? ['infra', 'node'] : ['node'];
  it.each([
    ['d12', [...common, 'pgsql-15']],
    ['d13', [...common, 'pgsql-17']],
  ] as const)('installs every package of every profile on %s, profiles %j', async (distro, profiles) => {
    const bundle = await build(distro, 'x86_64', profiles);
    const node = await bootHost(distro);
    await useBundle(node, `/media/usb/${bundle}`);
    const carried = new Set((await node.mustExec(`sed -n 's/^Package: //p' /www/pigsty/Packages`)).trimEnd().split('\n'));
    const sets = packageSets(distro, 'x86_64', profiles, carried);
    await installSets(node, sets);
    const installed = await node.mustExec(`dpkg-query -W -f '\${db:Status-Status} \${Package}\\n' ${[...new Set(sets.flat())].join(' ')}`);
    expect(
      installed
        .trimEnd()
        .split('\n')
        .filter((line) => !line.startsWith('installed ')),
    ).toEqual([]);
    tellCounts('deb-profiles', { [`packages asked for on ${distro}`]: new Set(sets.flat()).size });
    expect(await node.mustExec('cd /www/pigsty && sha256sum --quiet -c repo_complete')).toBe('');
    expect(await lab().strayPackets()).toEqual({ count: 0, destinations: [] });
  });

  it('satisfies apt of an arm64 host', async () => {
    const profiles = ['infra', 'node'] as const;
    const bundle = await build('d12', 'aarch64', profiles);
    const node = await bootHost('d12');
    await node.mustExec(`mkdir -p /www /var/lib/arm/lists/partial && touch /var/lib/arm/status && tar -xzf /media/usb/${bundle} -C /www`);
    await node.mustExec('cp /www/pigsty.sources /etc/apt/sources.list.d/');
    const options = [
      'APT::Architecture=arm64',
      'APT::Architectures=arm64',
      'Dir::State::status=/var/lib/arm/status',
      'Dir::State::lists=/var/lib/arm/lists',
    ];
    const apt = `apt-get ${options.map((option) => `-o ${option}`).join(' ')}`;
    await node.mustExec(`${apt} -o APT::Update::Error-Mode=any update`);
    const carried = new Set((await node.mustExec(`sed -n 's/^Package: //p' /www/pigsty/Packages`)).trimEnd().split('\n'));
    const sets = packageSets('d12', 'aarch64', profiles, carried);
    expect(sets.length).toBeGreaterThan(0);
    for (const names of sets) {
      const plan = await node.mustExec(`${apt} -s --no-install-recommends install ${names.join(' ')}`);
      const planned = new Set([...plan.matchAll(/^Inst (\S+) .*\[(?:arm64|all)\]\)/gm)].map((match) => match[1]));
      expect(names.filter((name) => !planned.has(name))).toEqual([]);
    }
  });
});

/**
 * The requests of the profiles: those that go together, then each group that is declared separate. What is optional and not in the bundle
 * is left out.
 */
function packageSets(distro: string, arch: string, profiles: readonly string[], carried: ReadonlySet<string>): readonly PackageSet[] {
  const sets = new Map<string, string[]>();
  for (const request of profileRequests(parseTarget(distro, arch), 'debian', profiles)) {
    if (request.optional && !carried.has(request.text)) continue;
    const set = request.separate ?? '';
    sets.set(set, [...(sets.get(set) ?? []), request.text]);
  }
  return [...sets.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, names]) => names);
}
