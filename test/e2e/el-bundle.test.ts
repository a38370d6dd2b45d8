/**
 * Bundles for Enterprise Linux built by our command line from signed upstreams with every package of the profiles, carried to hosts without
 * any network, and installed there by the hosts' own tar and dnf. Programs with a real payload are started.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { runCli } from '../lab/cli/run-cli.ts';
import { describeLab } from '../lab/hosts/describe-lab.ts';
import type { ElName } from '../lab/hosts/el-tree/el-release.ts';
import { dnfInstall, LOCAL_REPOSITORY, useElBundle } from '../lab/hosts/install-el-bundle.ts';
import type { LabNode } from '../lab/hosts/lab-node.ts';
import { buildInstaller } from '../lab/install/build-installer.ts';
import { succeeded } from '../lab/install/installer-run.ts';
import {
  type ElProfileUpstream,
  elProfilePackages,
  makeElProfileUpstream,
  removeElProfileUpstream,
} from '../lab/upstreams/el-profile-upstream.ts';
import { makeElUpstream, removeElUpstream } from '../lab/upstreams/el-upstream.ts';
import { buildRpms, createRepo, modifyRepo, type RpmFixture } from '../lab/upstreams/rpm-fixtures.ts';
import { askDnf } from '../support/dnf-oracle.ts';

const TOOLS = ['rpmbuild', 'rpmsign', 'createrepo_c', 'modifyrepo_c', 'gpg', 'apt-get', 'dnf'];

/** On a host. */
const PUBLIC_KEY = '/media/usb/sign.key.pub.asc';
const DIST = new URL('../../dist', import.meta.url).pathname;

/** What runs on el9, and a question that only the running program answers. */
const SERVICES = [
  ['nginx', 'nginx', 'curl -sf http://127.0.0.1/pigsty/repo_complete -o /dev/null'],
  ['victoria-metrics', 'victoria-metrics', 'curl -sf http://127.0.0.1:8428/health'],
  ['alertmanager', 'prometheus-alertmanager', 'curl -sf http://127.0.0.1:9093/-/healthy'],
  ['blackbox-exporter', 'prometheus-blackbox-exporter', 'curl -sf http://127.0.0.1:9115/metrics -o /dev/null'],
  ['node-exporter', 'prometheus-node-exporter', 'curl -sf http://127.0.0.1:9100/metrics -o /dev/null'],
] as const;

/** Asks for nothing where its condition is absent, as it is in the bundle and on the hosts. */
const IDLE_CONDITION = '(container-selinux if selinux-policy)';

/** Its second package is needed where the first one of them meets a host with a policy, which nothing in the bundle brings. */
const CONDITIONAL: readonly RpmFixture[] = [
  { name: 'app', requires: ['(app-selinux if selinux-policy)'] },
  { name: 'app-selinux', requires: ['selinux-policy >= 38'] },
];

const CORE_WITH_POLICY = `<?xml version="1.0"?>
<comps><group><id>core</id><packagelist><packagereq type="mandatory">selinux-policy</packagereq></packagelist></group></comps>
`;

/** A stream that the host has chosen and in which another nginx is; a host that sees it hides every other nginx. */
const FOREIGN_MODULE = [
  ...['---', 'document: modulemd', 'version: 2', 'data:', '  name: nginx', '  stream: "1.20"', '  version: 1', '  context: c0ffee00'],
  ...['  arch: x86_64', '  summary: a module', '  description: a module', '  license:', '    module: [MIT]'],
  ...['  dependencies:', '    - requires:', '        platform: ["el9"]'],
  ...['  artifacts:', '    rpms:', '    - nginx-1:1.20.1-1.module_el9.x86_64', '...', ''],
].join('\n');

describeLab('an EL bundle', TOOLS, (lab) => {
  const output = mkdtempSync(join(tmpdir(), 'el-bundle-'));
  const upstreams = new Map<ElName, ElProfileUpstream>();
  mkdirSync(join(output, 'home'));

  afterAll(async () => {
    for (const upstream of upstreams.values()) await removeElProfileUpstream(upstream);
    rmSync(output, { recursive: true, force: true });
  });

  async function upstreamOf(distro: ElName): Promise<ElProfileUpstream> {
    const upstream = upstreams.get(distro) ?? (await makeElProfileUpstream(distro));
    upstreams.set(distro, upstream);
    return upstream;
  }

  /** Builds a bundle and returns its path on a host of {@link boot}. */
  async function build(distro: ElName, profiles: readonly string[], more: readonly string[] = []): Promise<string> {
    return buildFrom((await upstreamOf(distro)).overlayPath, distro, profiles, more);
  }

  async function buildFrom(
    overlayPath: string,
    distro: ElName,
    profiles: readonly string[],
    more: readonly string[] = [],
  ): Promise<string> {
    const directory = mkdtempSync(join(output, `${distro}-`));
    const request = ['--distro', distro, '--manifest', overlayPath, '--profile', profiles.join(','), '--no-installer', ...more];
    const result = await runCli(['build', ...request, '--output', directory, '--store', join(output, 'store')], { cwd: output });
    expect(result.code, result.stderr).toBe(0);
    const [name = ''] = readdirSync(directory).filter((file) => file.endsWith(`.${distro}.x86_64.tgz`));
    return join('/media/usb', directory.slice(output.length), name);
  }

  function boot(tree: ElName, binds: readonly { source: string; target: string }[] = []): Promise<LabNode> {
    return lab().boot({ name: 'infra-1', tree, binds: [{ source: output, target: '/media/usb' }, ...binds], diskBytes: 4 * 1024 ** 3 });
  }

  /** dnf's own closure check, where the host has it, and libsolv asked for each package alone: nothing in the tree is broken. */
  async function expectClosed(node: LabNode): Promise<void> {
    const tree = join(node.root, 'www/pigsty');
    const primary = readdirSync(join(tree, 'repodata')).find((name) => name.includes('primary')) ?? 'no primary';
    const names =
      gunzipSync(readFileSync(join(tree, 'repodata', primary)))
        .toString()
        .match(/(?<=^ *<name>)[^<]+/gm) ?? [];
    expect(names.length).toBe(readdirSync(tree).filter((name) => name.endsWith('.rpm')).length);
    // Debian's installcheck compares versions as dpkg does; dnf's Python interface is libsolv with rpm's order.
    const repositories = [{ name: 'tree', url: `file://${tree}`, moduleHotfixes: true }];
    const answers = askDnf(names.map((name) => ({ install: [name], repositories })));
    expect(answers.filter((answer) => 'problem' in answer)).toEqual([]);
    const closure = await node.exec(`dnf repoclosure --disablerepo='*' --enablerepo=${LOCAL_REPOSITORY}`, { timeoutMs: 120_000 });
    if (closure.stderr.includes('No such command')) return;
    const unresolved = [...closure.stdout.matchAll(/^ {4}(\S.*)$/gm)].map((match) => match[1]);
    // repoclosure looks for a provider even of what is needed only together with a package that nobody has.
    expect(unresolved.filter((capability) => capability !== IDLE_CONDITION)).toEqual([]);
    expect(closure.status, closure.stdout).toBe(unresolved.length === 0 ? 0 : 1);
  }

  it.each([
    ['el9', ['infra', 'node', 'pgsql-17', 'full']],
    ['el10', ['infra', 'node', 'pgsql-17']],
    ['el8', ['infra', 'node', 'pgsql-17']],
  ] as const)('installs every package of every profile on %s, profiles %j', async (distro, profiles) => {
    const bundle = await build(distro, profiles);
    const node = await boot(distro);
    const before = await node.mustExec('rpm -qa | sort');
    await useElBundle(node, bundle);
    await expectClosed(node);
    for (const profile of profiles) await dnfInstall(node, elProfilePackages(distro, profile));
    expect(await node.mustExec("dnf -q --disablerepo='*' check")).toBe('');
    const after = new Set((await node.mustExec('rpm -qa | sort')).split('\n'));
    expect(before.split('\n').filter((nevra) => !after.has(nevra))).toEqual([]);
    expect([...after].filter((nevra) => /^(?:tuned-broken|keepalived-bare|python3-psycopg2-old|redis-8)/.test(nevra))).toEqual([]);
    expect(await node.mustExec('cd /www/pigsty && sha256sum --quiet -c repo_complete')).toBe('');
    if (distro === 'el9') await expectServices(node);
    expect(await lab().strayPackets()).toEqual({ count: 0, destinations: [] });
  });

  it('installs where a module stream would hide it, and where a stream is enabled that nobody offers', async () => {
    const bundle = await build('el9', ['infra']);
    const foreign = mkdtempSync(join(output, 'foreign-'));
    const modular = { name: 'nginx', epoch: 1, version: '1.20.1', release: '1.module_el9', arch: 'x86_64' } as const;
    await buildRpms([{ ...modular, modularityLabel: 'nginx:1.20:1:c0ffee00' }], foreign);
    await createRepo(foreign);
    writeFileSync(join(output, 'modules.yaml'), FOREIGN_MODULE);
    await modifyRepo(foreign, 'modules', join(output, 'modules.yaml'));
    const node = await boot('el9', [{ source: foreign, target: '/srv/foreign' }]);
    await useElBundle(node, bundle);
    await node.mustExec(`printf '[foreign]\\nname=foreign\\nbaseurl=file:///srv/foreign\\ngpgcheck=0\\n' >/etc/yum.repos.d/foreign.repo`);
    await node.mustExec('dnf -y module enable nginx:1.20');
    await node.mustExec(`printf '[redis]\\nname=redis\\nstream=99\\nprofiles=\\nstate=enabled\\n' >/etc/dnf/modules.d/redis.module`);
    const newest = 'dnf -q repoquery --latest-limit=1 --qf "%{version}" nginx';
    // Without our setting dnf knows the module's nginx only: so the stream does hide ours.
    await node.mustExec('sed -i s/^module_hotfixes=1/module_hotfixes=0/ /etc/yum.repos.d/pigsty.repo');
    expect((await node.mustExec(newest)).trim()).toBe('1.20.1');
    await node.mustExec('cp /www/pigsty.repo /etc/yum.repos.d/');
    expect((await node.mustExec(newest)).trim()).toBe('1.22.1');
    await dnfInstall(node, elProfilePackages('el9', 'infra'));
    expect(await node.mustExec('rpm -q --qf "%{epoch}:%{version}" nginx')).toBe('1:1.22.1');
    await node.mustExec('dnf -y install redis && rpm -q redis-7.2.4');
  });

  const signedBundles = new Map<ElName, Promise<string>>();
  let signingKey: Promise<string> | undefined;

  /** A bundle of profile infra, signed with a key whose public half is at {@link PUBLIC_KEY}. */
  function buildSigned(distro: ElName): Promise<string> {
    signingKey ??= makeSigningKey();
    const bundle = signedBundles.get(distro) ?? signingKey.then((key) => build(distro, ['infra'], ['--sign', key]));
    signedBundles.set(distro, bundle);
    return bundle;
  }

  async function makeSigningKey(): Promise<string> {
    const key = join(output, 'sign.key');
    const keys = await runCli(['keygen', '--output', key, '--name', 'Test'], { cwd: output });
    expect(keys.code, keys.stderr).toBe(0);
    return key;
  }

  it.each(['el8', 'el10'] as const)('a signed bundle on %s: dnf takes its metadata, and refuses it when it was changed', async (distro) => {
    const bundle = await buildSigned(distro);
    const node = await boot(distro);
    await useElBundle(node, bundle);
    await dnfInstall(node, ['dnsmasq']);
    await node.mustExec("sed -i 's/<revision>/<revision>1/' /www/pigsty/repodata/repomd.xml && dnf clean all");
    const refused = await node.exec('dnf -y install haproxy');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/signature/i);
  });

  it('carries what a package needs only because of what a minimal host has', async () => {
    const policy: readonly RpmFixture[] = [
      { name: 'selinux-policy', version: '38.1', requires: ['policy-tools'] },
      { name: 'policy-tools' },
    ];
    const upstream = await makeElUpstream([...CONDITIONAL, ...policy], [], {}, ['app']);
    onTestFinished(() => removeElUpstream(upstream));
    writeFileSync(join(output, 'comps.xml'), CORE_WITH_POLICY);
    await modifyRepo(upstream.repository, 'group', join(output, 'comps.xml'));
    const bundle = await buildFrom(upstream.overlayPath, 'el9', ['trial']);
    const node = await boot('el9', [{ source: upstream.repository, target: '/srv/distribution' }]);
    await useElBundle(node, bundle);
    expect(await node.mustExec('cd /www/pigsty && ls *.rpm')).toBe('app-1.0-1.el9.noarch.rpm\napp-selinux-1.0-1.el9.noarch.rpm\n');
    await dnfInstall(node, ['app']);
    expect((await node.exec('rpm -q app-selinux')).status).toBe(1);
    await node.mustExec('dnf -y remove app && rpm -i /srv/distribution/*policy*.rpm');
    await dnfInstall(node, ['app']);
    await node.mustExec('rpm -q app-selinux');
  });

  it('a signed bundle: dnf checks the signature before it installs, and refuses changed metadata, from a directory and over HTTP', async () => {
    const bundle = await buildSigned('el9');
    const node = await boot('el9');
    await useElBundle(node, bundle);
    const repoFile = '/etc/yum.repos.d/pigsty.repo';
    expect(readFileSync(join(node.root, repoFile), 'utf8')).toMatch(/^repo_gpgcheck=1\ngpgkey=file:\/\/\/www\/pigsty\/pigsty\.asc$/m);
    await node.mustExec('dnf -y makecache');
    await dnfInstall(node, ['nginx', 'grafana']);
    await node.mustExec(
      "mkdir -p /etc/nginx/conf.d && echo 'server { listen 80; root /www; }' >/etc/nginx/conf.d/repo.conf && systemctl start nginx",
    );
    const repomd = '/www/pigsty/repodata/repomd.xml';
    await node.mustExec(`cp ${repomd} /root/repomd.xml`);
    for (const [where, name] of [
      ['file:///www', 'haproxy'],
      ['http://127.0.0.1', 'dnsmasq'],
    ] as const) {
      await node.mustExec(`sed 's#file:///www#${where}#' /www/pigsty.repo >${repoFile} && dnf clean all`);
      expect(await node.mustExec(`grep -c '${where}/pigsty' ${repoFile}`)).toBe('2\n');
      await node.mustExec(`sed -i 's/<revision>/<revision>1/' ${repomd}`);
      const refused = await node.exec(`dnf -y install ${name}`);
      expect(refused.status, where).toBe(1);
      expect(refused.stderr).toMatch(/signature/i);
      expect((await node.exec(`rpm -q ${name}`)).status).toBe(1);
      await node.mustExec(`cp /root/repomd.xml ${repomd} && dnf clean all`);
      await dnfInstall(node, [name]);
    }
  });

  it.each([
    ['with the key the person brought', true, '/etc/pigsty/trusted.asc'],
    ['with the key in the bundle when nobody brought one', false, '/www/pigsty/pigsty.asc'],
  ])('pigsty-install has dnf check the metadata of a signed bundle, %s', async (_what, hasKey, keyFile) => {
    await buildInstaller();
    const bundle = await buildSigned('el9');
    const node = await boot('el9', [{ source: DIST, target: '/opt/dist' }]);
    const command = `/opt/dist/pigsty-install-x86_64 --offline ${bundle}${hasKey ? ` --key ${PUBLIC_KEY}` : ''} --only nginx --json`;
    succeeded(await node.exec(command, { timeoutMs: 300_000 }));
    const installed = readFileSync(join(node.root, 'etc/yum.repos.d/pigsty-local.repo'), 'utf8');
    expect(installed).toContain(`\nrepo_gpgcheck=1\ngpgkey=file://${keyFile}\n`);
    expect(await node.mustExec('systemctl is-active nginx')).toBe('active\n');
    await node.mustExec("sed -i 's/<revision>/<revision>1/' /www/pigsty/repodata/repomd.xml && dnf clean all");
    const refused = await node.exec('dnf -y install haproxy');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/signature/i);
  });
});

async function expectServices(node: LabNode): Promise<void> {
  await node.mustExec("mkdir -p /etc/nginx/conf.d && echo 'server { listen 80; root /www; }' >/etc/nginx/conf.d/repo.conf");
  for (const [name, unit, probe] of SERVICES) {
    await node.mustExec(`rpm -V ${name} >/dev/null; systemctl start ${unit}`);
    await node.mustExec(`for i in $(seq 600); do ${probe} && exit 0; sleep 0.2; done; systemctl status ${unit}; exit 1`);
    expect((await node.mustExec(`systemctl is-active ${unit}`)).trim()).toBe('active');
  }
  await node.mustExec('dnsmasq --test && chronyd --version');
}
