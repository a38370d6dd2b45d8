/**
 * The real thing: a real bundle of flavor debian and the one executable on booted, bare, air-gapped hosts. One command brings up all of INFRA; it is asked
 * from outside; a second run has nothing to do; drift is repaired; killed runs are continued; everything can be taken back.
 */
import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { askTime, get, getJson, resolveAt, until } from '../support/install/ask.ts';
import { buildInfraBundle, type CarriedBundle } from '../support/install/build-bundle.ts';
import { HOST_TREE, treeDifference } from '../support/install/host-tree.ts';
import { type InstallerRun, readRun, succeeded } from '../support/install/installer-run.ts';
import { describeLab } from '../support/lab/describe-lab.ts';
import { labSubdirectory } from '../support/lab/lab-directory.ts';
import type { LabNode } from '../support/lab/lab-node.ts';
import { mustRun, runCommand } from '../support/lab/run-command.ts';

const BUNDLE_CLI = new URL('../../src/cli/bin/pigsty-bundle.js', import.meta.url).pathname;
const DISK_BYTES = 6 * 1024 ** 3;
const INSTALL_LIMIT_MS = 300_000;
/** How often a run is killed; the acceptance run asks for 20. */
const KILLS = Number(process.env.PIGSTY_KILLS ?? 6);

const UNITS = 'nginx dnsmasq vmetrics vmalert alertmanager blackbox_exporter nginx_exporter node_exporter haproxy chrony';

const config = (address: string, endpoint: string): string => `
all:
  children: { infra: { hosts: { ${address}: { infra_seq: 1 } } } }
  vars:
    admin_ip: ${address}
    infra_portal:
      home: { domain: i.pigsty }
      exporter: { domain: exporter.pigsty, endpoint: "${endpoint}" }
`;

interface Target {
  readonly labels: { readonly job: string };
  readonly scrapeUrl: string;
  readonly health: string;
}

describeLab('pigsty-install on a bare air-gapped host', ['apt-get', 'tar', 'curl'], (lab) => {
  const bundles = new Map<string, CarriedBundle>();

  afterAll(() => {
    for (const { directory } of bundles.values()) rmSync(directory, { recursive: true, force: true });
  });

  /** The bundle for a distro, once a host of it was booted. */
  const carried = (distro: string): CarriedBundle => bundles.get(distro) as CarriedBundle;

  async function bootHost(name: string, distro: 'd12' | 'd13' = 'd12', address?: string): Promise<LabNode> {
    if (!bundles.has(distro)) bundles.set(distro, await buildInfraBundle(distro));
    const binds = [{ source: carried(distro).directory, target: '/media/usb' }];
    return lab().boot({ name, tree: distro, diskBytes: DISK_BYTES, binds, ...(address === undefined ? {} : { address }) });
  }

  /** `--offline` with the bundle as the host sees it. */
  const offline = (distro = 'd12'): string => `--offline ${carried(distro).bundle.replace(carried(distro).directory, '/media/usb')}`;

  async function install(node: LabNode, options: string): Promise<InstallerRun> {
    return succeeded(await node.exec(`/media/usb/pigsty-install-x86_64 ${options} --json`, { timeoutMs: INSTALL_LIMIT_MS }));
  }

  async function assertAnswers(address: string): Promise<void> {
    const caFile = join([...bundles.values()][0]?.directory ?? '', 'ca.crt');
    writeFileSync(caFile, (await get(lab(), `http://${address}/ca.crt`)).body);
    const pages: [path: string, contains: string][] = [
      ['/', 'Pigsty'],
      ['/zh', 'Pigsty'],
      ['/vmetrics/health', 'OK'],
      ['/vmetrics/targets', 'node'],
      ['/vmalert/vmalert/groups', 'infra-alert'],
      ['/alertmgr/', 'Alertmanager'],
      ['/blackbox/', 'Blackbox'],
      ['/pigsty/', 'repo_complete'],
      ['/pigsty.sources', 'pigsty'],
      ['/ca.crt', 'BEGIN CERTIFICATE'],
    ];
    for (const [path, contains] of pages) {
      const answers = [
        await get(lab(), `http://${address}${path}`),
        await get(lab(), `http://i.pigsty${path}`, { at: address }),
        await get(lab(), `https://i.pigsty${path}`, { at: address, caFile }),
        await get(lab(), `https://${address}${path}`, { caFile }),
      ];
      for (const answer of answers) expect(answer, path).toMatchObject({ status: 200, body: expect.stringContaining(contains) });
    }
    // The CA is the only reason the certificate is trusted, and it holds for the names it names.
    expect((await get(lab(), 'https://i.pigsty/', { at: address })).status).toBe(0);
    expect((await get(lab(), 'https://other.test/', { at: address, caFile })).status).toBe(0);
    expect((await get(lab(), `http://${address}/haproxy/infra-1/`)).status).toBe(401);
  }

  async function assertMonitors(node: LabNode): Promise<void> {
    const base = `http://${node.address}`;
    const targets = await until(
      'targets',
      60_000,
      async () => (await getJson<{ data: { activeTargets: Target[] } }>(lab(), `${base}/vmetrics/api/v1/targets`)).data.activeTargets,
      (list) => list.length >= 8 && list.every((one) => one.health === 'up'),
    );
    expect(new Set(targets.map((one) => one.labels.job))).toEqual(new Set(['infra', 'node', 'ping']));
    const probe = await get(lab(), `${base}/blackbox/probe?module=icmp&target=${node.address}`);
    expect(probe.body).toContain('\nprobe_success 1');
    const rule = { groups: [{ name: 'test', rules: [{ alert: 'TestAlert', expr: 'vector(1)', labels: { level: 2 } }] }] };
    await node.mustExec(`cat >/infra/rules/zz-test.yml && systemctl reload vmalert`, { input: JSON.stringify(rule) });
    const alerts = await until(
      'alerts',
      60_000,
      () => getJson<{ labels: { alertname: string } }[]>(lab(), `${base}/alertmgr/api/v2/alerts`),
      (list) => list.some((one) => one.labels.alertname === 'TestAlert'),
    );
    // Nothing else is wrong on a host that was just set up.
    expect(alerts.map((one) => one.labels.alertname).filter((name) => name !== 'TestAlert' && name !== 'NodeLoadHigh')).toEqual([]);
    await node.mustExec('rm /infra/rules/zz-test.yml && systemctl reload vmalert');
  }

  async function assertServesOthers(node: LabNode, distro: 'd12' | 'd13'): Promise<void> {
    expect(await resolveAt(lab(), node.address, 'i.pigsty')).toEqual([node.address]);
    const { stratum, offsetSec } = await askTime(lab(), node.address);
    expect(stratum).toBe(10);
    expect(Math.abs(offsetSec)).toBeLessThan(3);
    const client = await bootHost('client', distro);
    await client.mustExec(
      `rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/*; echo 'deb [trusted=yes] http://${node.address}/pigsty ./' >/etc/apt/sources.list
       apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install prometheus-node-exporter && prometheus-node-exporter --version`,
      { timeoutMs: 120_000 },
    );
  }

  it.each(['d12', 'd13'] as const)(
    '%s: one command, and everything answers from outside by name and by address',
    async (distro) => {
      const node = await bootHost('infra-1', distro);
      const before = await node.mustExec(HOST_TREE);
      const check = await install(node, `${offline(distro)} --check`);
      expect(check.outcome).toMatchObject({ changed: true, check: true });
      expect(treeDifference(before, await node.mustExec(HOST_TREE))).toEqual([]);
      expect((await node.exec('ls /var/lib/pigsty-install /etc/pigsty')).status).toBe(2);

      const run = await install(node, offline(distro));
      console.log(`${distro}: ${JSON.stringify(run.phases)}`);
      expect(run.outcome).toMatchObject({ changed: true });
      await assertAnswers(node.address);
      await assertMonitors(node);
      await assertServesOthers(node, distro);
      expect(await node.mustExec(`systemctl is-system-running; systemctl is-active ${UNITS} | sort -u`)).toBe('running\nactive\n');
      expect(await install(node, offline(distro))).toMatchObject({ steps: [], outcome: { changed: false } });
      const status = await node.mustExec('/www/pigsty/pigsty-install status');
      expect(status).toMatch(
        /^vmetrics\s+[\d.]+\S*\s+vmetrics\.service active\s+8428\/tcp\s+http:\/\/i\.pigsty\/vmetrics\/\s+.*vmetrics: ok$/m,
      );
      await node.reboot();
      await until(
        'units after a reboot',
        60_000,
        async () => (await node.exec('/www/pigsty/pigsty-install status')).status,
        (code) => code === 0,
      );
      expect(await lab().strayPackets()).toEqual({ count: 0, destinations: [] });
    },
    600_000,
  );

  it('takes a signed bundle only with the right key, and apt on the host holds the repository against that key', async () => {
    await mustRun([process.execPath, BUNDLE_CLI, 'keygen', '--output', 'right.key'], { cwd: labSubdirectory('bundles') });
    await mustRun([process.execPath, BUNDLE_CLI, 'keygen', '--output', 'wrong.key'], { cwd: labSubdirectory('bundles') });
    const key = (name: string): string => join(labSubdirectory('bundles'), `${name}.key`);
    try {
      const { directory, bundle } = await buildInfraBundle('d12', ['--sign', key('right')]);
      bundles.set('signed', { directory, bundle, installer: '' });
      const binds = [{ source: labSubdirectory('bundles'), target: '/media/usb' }];
      const node = await lab().boot({ name: 'infra-1', tree: 'd12', diskBytes: DISK_BYTES, binds });
      const path = bundle.replace(labSubdirectory('bundles'), '/media/usb');
      const command = (name: string) =>
        `${path.replace(/[^/]+$/, 'pigsty-install-x86_64')} --offline ${path} --key /media/usb/${name}.key.pub.asc`;
      expect(readRun(await node.exec(`${command('wrong')} --json`)).outcome).toMatchObject({ code: 'BUNDLE_SIGNATURE_INVALID' });
      expect((await node.exec('ls -d /www /etc/pigsty /var/lib/pigsty-install')).stdout).toBe('');
      succeeded(await node.exec(`${command('right')} --only nginx --json`, { timeoutMs: INSTALL_LIMIT_MS }));
      await node.mustExec('grep -q ^Signed-By: /etc/apt/sources.list.d/*.sources && apt-get -o APT::Update::Error-Mode=any update');
    } finally {
      for (const name of ['right', 'wrong']) for (const end of ['', '.pub.asc']) rmSync(`${key(name)}${end}`, { force: true });
    }
  }, 600_000);

  it('repairs exactly what differs, changes exactly what the configuration changes, and takes everything back', async () => {
    const node = await bootHost('infra-1');
    const before = await node.mustExec(HOST_TREE);
    const configure = async (endpoint: string): Promise<InstallerRun> => {
      await node.mustExec('cat >/root/pigsty.yml', { input: config(node.address, endpoint) });
      return install(node, `${offline()} --config /root/pigsty.yml`);
    };
    await configure('127.0.0.1:9100');
    expect(await configure('127.0.0.1:9100')).toMatchObject({ steps: [], outcome: { changed: false } });
    const installed = await node.mustExec(HOST_TREE);

    const changed = await configure('127.0.0.1:9115');
    expect(changed.steps).toEqual(['path:/etc/nginx/conf.d/exporter.conf', 'check:nginx -t', 'handler:nginx.service']);
    const exporter = () => get(lab(), 'http://exporter.pigsty/', { at: node.address });
    await until('the new endpoint', 10_000, exporter, ({ body }) => body.includes('Blackbox'));
    await configure('127.0.0.1:9100');

    await node.mustExec(
      'rm /etc/blackbox.yml; systemctl stop vmalert; echo "# drift" >>/etc/nginx/nginx.conf; chmod 644 /etc/pki/infra.key',
    );
    const started = await node.mustExec('systemctl show -p ActiveEnterTimestampMonotonic --value vmetrics alertmanager haproxy dnsmasq');
    const repaired = await configure('127.0.0.1:9100');
    expect(repaired.steps).toEqual([
      'path:/etc/pki/infra.key',
      'path:/etc/nginx/nginx.conf',
      'path:/etc/blackbox.yml',
      'check:nginx -t',
      'unit:vmalert.service',
      'handler:nginx.service',
      'handler:blackbox_exporter.service',
    ]);
    expect(await node.mustExec('systemctl show -p ActiveEnterTimestampMonotonic --value vmetrics alertmanager haproxy dnsmasq')).toBe(
      started,
    );
    expect(treeDifference(installed, await node.mustExec(HOST_TREE))).toEqual([]);

    const broken = await node.exec(
      `sed -i 's/9100/nowhere;evil/' /root/pigsty.yml; /media/usb/pigsty-install-x86_64 ${offline()} --config /root/pigsty.yml --json`,
    );
    expect(readRun(broken).outcome).toMatchObject({ code: 'CONFIG_INVALID' });

    const secret = (await node.mustExec("sed -n 's/^haproxy_admin_password: //p' /etc/pigsty/secrets.yml")).trim();
    expect(secret).toMatch(/^"?[A-Za-z0-9]{24}"?$/);
    expect((await get(lab(), `http://admin:${secret.replaceAll('"', '')}@${node.address}/haproxy/infra-1/`)).status).toBe(200);
    const leaks = await node.exec(
      `grep -rlF ${secret} /var/log /var/lib/pigsty-install /www /etc --exclude-dir=blobs; journalctl | grep -F ${secret}`,
    );
    expect(leaks.stdout.trim().split('\n').sort()).toEqual(['/etc/haproxy/haproxy.cfg', '/etc/pigsty/secrets.yml']);

    await node.mustExec('/media/usb/pigsty-install-x86_64 uninstall --yes', { timeoutMs: INSTALL_LIMIT_MS });
    // Metrics are data: they stay.
    expect(treeDifference(before, await node.mustExec(HOST_TREE)).filter((line) => !/^\+ d data( |\/infra)/.test(line))).toEqual([]);
    expect(
      await node.mustExec(
        'ls -d /www /var/lib/pigsty-install /etc/pigsty 2>/dev/null; ss -Hltn | wc -l; dpkg -l nginx 2>/dev/null | grep -c ^ii || true',
      ),
    ).toBe('2\n0\n');
    expect(await lab().strayPackets()).toEqual({ count: 0, destinations: [] });
  }, 600_000);

  it('reaches the end of an undisturbed run wherever it was killed', async () => {
    const calm = await bootHost('infra-1', 'd12', '10.77.0.50');
    await install(calm, offline());
    const wanted = await calm.mustExec(HOST_TREE);
    const kept = await calm.mustExec('tar -cf - -C / etc/pigsty | base64 -w0');
    const took = Math.max(
      8_000,
      (1.2 * Number((await calm.mustExec('systemctl show -p ActiveEnterTimestampMonotonic --value haproxy')).trim())) / 1000,
    );
    await calm.destroy();

    const killed = await bootHost('infra-1', 'd12', '10.77.0.50');
    // The same CA and passwords, so that the trees can be compared.
    await killed.mustExec('base64 -d | tar -xf - -C /', { input: kept });
    for (let i = 0; i < KILLS; i += 1) await killAfter(killed, Math.min(took, 30_000) * ((i * 0.618 + 0.1) % 1));
    const resumed = await killed.exec('/media/usb/pigsty-install-x86_64 resume --json', { timeoutMs: INSTALL_LIMIT_MS });
    expect(succeeded(resumed).status).toBe(0);
    // The lab writes the hosts it had before into /etc/hosts.
    expect(treeDifference(wanted, await killed.mustExec(HOST_TREE)).filter((line) => !line.includes(' etc/hosts '))).toEqual([]);
    expect(await install(killed, offline())).toMatchObject({ steps: [], outcome: { changed: false } });
    expect(await killed.mustExec(`systemctl is-active ${UNITS} | sort -u; ls /usr/sbin/policy-rc.d 2>/dev/null || true`)).toBe('active\n');
  }, 900_000);

  async function killAfter(node: LabNode, ms: number): Promise<void> {
    await node.mustExec(`systemd-run -q --unit=installing --collect /media/usb/pigsty-install-x86_64 ${offline()}`);
    await sleep(ms);
    await node.exec('systemctl kill -s KILL --kill-whom=main installing; systemctl stop installing 2>/dev/null; true');
  }

  it('does the same over SSH from another machine, as a user with sudo', async () => {
    const node = await bootHost('infra-1');
    await node.mustExec(
      'useradd -m ops && mkdir -p ~ops/.ssh && cp ~/.ssh/authorized_keys ~ops/.ssh/ && chown -R ops: ~ops/.ssh && echo "ops ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/ops',
    );
    const { bundle, installer, directory } = carried('d12');
    const socket = join(directory, 'agent');
    const call = async (by: 'key' | 'agent', hostKeys: string, ...more: string[]): Promise<InstallerRun> => {
      const argv = [
        '--host',
        `ops@${node.address}`,
        '--known-hosts',
        hostKeys,
        '--json',
        ...(by === 'key' ? ['--identity', node.keyPath] : []),
      ];
      return readRun(await lab().run(['env', `SSH_AUTH_SOCK=${socket}`, installer, ...more, ...argv], { timeoutMs: INSTALL_LIMIT_MS }));
    };
    expect((await call('key', '/dev/null', '--offline', bundle, '--check')).outcome).toMatchObject({ code: 'HOST_KEY_UNKNOWN' });

    const run = await call('key', node.knownHostsPath, '--offline', bundle);
    expect(run.outcome).toMatchObject({ changed: true });
    console.log(`over SSH: ${JSON.stringify(run.phases)}`);
    await assertAnswers(node.address);
    const endAgent = await startAgent(socket, node.keyPath);
    try {
      expect(await call('agent', node.knownHostsPath, '--offline', bundle)).toMatchObject({
        status: 0,
        steps: [],
        outcome: { changed: false },
      });
      expect(await call('agent', node.knownHostsPath, 'status')).toMatchObject({ status: 0, outcome: { installed: true } });
    } finally {
      endAgent();
    }
    expect(await lab().strayPackets()).toEqual({ count: 0, destinations: [] });
  }, 600_000);
});

async function startAgent(socket: string, keyPath: string): Promise<() => void> {
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  await until(
    'agent',
    5_000,
    () => runCommand(['env', `SSH_AUTH_SOCK=${socket}`, 'ssh-add', '-q', keyPath]),
    ({ status }) => status === 0,
  );
  return () => {
    agent.kill();
    rmSync(socket, { force: true });
  };
}
