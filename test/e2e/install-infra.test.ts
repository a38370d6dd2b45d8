/**
 * The real thing: a real bundle of flavor debian and the one executable on booted, bare, air-gapped hosts. One command brings up all of
 * INFRA; it is asked from outside; a second run has nothing to do; a signed bundle is held against its key.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeLab } from '../lab/hosts/describe-lab.ts';
import { labSubdirectory } from '../lab/hosts/lab-directory.ts';
import type { LabNode } from '../lab/hosts/lab-node.ts';
import { mustRun } from '../lab/hosts/run-command.ts';
import { askTime, get, getJson, resolveAt, until } from '../lab/install/ask.ts';
import { buildInfraBundle } from '../lab/install/build-bundle.ts';
import { HOST_TREE, treeDifference } from '../lab/install/host-tree.ts';
import { assertAnswers, INFRA_DISK_BYTES, INFRA_UNITS, INSTALL_LIMIT_MS, InfraHosts } from '../lab/install/infra-hosts.ts';
import { readRun, succeeded } from '../lab/install/installer-run.ts';

const BUNDLE_CLI = new URL('../../src/cli/bin/pigsty-bundle.js', import.meta.url).pathname;

/** What is told of a host may be true of the machine all hosts and tests share. */
const BUSY_MACHINE = ['NodeLoadHigh', 'NodeCpuHigh', 'NodeDiskSlow'];

interface Target {
  readonly labels: { readonly job: string };
  readonly scrapeUrl: string;
  readonly health: string;
}

describeLab('pigsty-install on a bare air-gapped host', ['apt-get', 'tar', 'curl'], (lab) => {
  const hosts = new InfraHosts(lab);

  async function assertMonitors(node: LabNode): Promise<void> {
    const base = `http://${node.address}`;
    const targets = await until(
      'targets',
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
      () => getJson<{ labels: { alertname: string } }[]>(lab(), `${base}/alertmgr/api/v2/alerts`),
      (list) => list.some((one) => one.labels.alertname === 'TestAlert'),
    );
    // Nothing else is wrong on a host that was just set up.
    expect(alerts.map((one) => one.labels.alertname).filter((name) => name !== 'TestAlert' && !BUSY_MACHINE.includes(name))).toEqual([]);
    await node.mustExec('rm /infra/rules/zz-test.yml && systemctl reload vmalert');
  }

  async function assertServesOthers(node: LabNode, release: 'd12' | 'd13'): Promise<void> {
    expect(await resolveAt(lab(), node.address, 'i.pigsty')).toEqual([node.address]);
    const { stratum, offsetSec, tripSec } = await askTime(lab(), node.address);
    expect(stratum).toBe(10);
    expect(Math.abs(offsetSec)).toBeLessThan(3 + tripSec);
    const client = await hosts.boot('client', { release, whole: true });
    await client.mustExec(
      `rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/*; echo 'deb [trusted=yes] http://${node.address}/pigsty ./' >/etc/apt/sources.list
       apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install prometheus-node-exporter && prometheus-node-exporter --version`,
      { timeoutMs: 120_000 },
    );
  }

  it.each(['d12', 'd13'] as const)(
    '%s: one command, and everything answers from outside by name and by address',
    async (release) => {
      const node = await hosts.boot('infra-1', { release, whole: true });
      const before = await node.mustExec(HOST_TREE);
      const check = await hosts.install(node, { release, options: '--check' });
      expect(check.outcome).toMatchObject({ changed: true, check: true });
      expect(treeDifference(before, await node.mustExec(HOST_TREE))).toEqual([]);
      expect((await node.exec('ls /var/lib/pigsty-install /etc/pigsty')).status).toBe(2);

      const run = await hosts.install(node, { release });
      console.log(`${release}: ${JSON.stringify(run.phases)}`);
      expect(run.outcome).toMatchObject({ changed: true });
      await assertAnswers(lab(), node.address, (await hosts.carried(release)).directory);
      await assertMonitors(node);
      await assertServesOthers(node, release);
      expect(await node.mustExec(`systemctl is-system-running; systemctl is-active ${INFRA_UNITS} | sort -u`)).toBe('running\nactive\n');
      expect(await hosts.install(node, { release })).toMatchObject({ steps: [], outcome: { changed: false } });
      const status = await node.mustExec('/www/pigsty/pigsty-install status');
      expect(status).toMatch(
        /^vmetrics\s+[\d.]+\S*\s+vmetrics\.service active\s+8428\/tcp\s+http:\/\/i\.pigsty\/vmetrics\/\s+.*vmetrics: ok$/m,
      );
      await node.reboot();
      await until(
        'units after a reboot',
        async () => (await node.exec('/www/pigsty/pigsty-install status')).status,
        (code) => code === 0,
      );
      expect(await lab().strayPackets()).toEqual({ count: 0, destinations: [] });
    },
    600_000,
  );

  it('takes a signed bundle only with the right key, and apt on the host holds the repository against that key', async () => {
    const keys = mkdtempSync(join(labSubdirectory('bundles'), 'keys-'));
    const made = [keys];
    try {
      for (const name of ['right.key', 'wrong.key'])
        await mustRun([process.execPath, BUNDLE_CLI, 'keygen', '--output', name], { cwd: keys });
      const { directory, bundle } = await buildInfraBundle('d12', ['--sign', join(keys, 'right.key')]);
      made.push(directory);
      const binds = [
        { source: directory, target: '/media/usb' },
        { source: keys, target: '/media/keys' },
      ];
      const node = await lab().boot({ name: 'infra-1', tree: 'd12', diskBytes: INFRA_DISK_BYTES, binds });
      const offline = `--offline ${bundle.replace(directory, '/media/usb')}`;
      const command = (name: string) => `/media/usb/pigsty-install-x86_64 ${offline} --key /media/keys/${name}.key.pub.asc`;
      expect(readRun(await node.exec(`${command('wrong')} --json`)).outcome).toMatchObject({ code: 'BUNDLE_SIGNATURE_INVALID' });
      expect((await node.exec('ls -d /www /etc/pigsty /var/lib/pigsty-install')).stdout).toBe('');
      succeeded(await node.exec(`${command('right')} --only nginx --json`, { timeoutMs: INSTALL_LIMIT_MS }));
      await node.mustExec('grep -q ^Signed-By: /etc/apt/sources.list.d/*.sources && apt-get -o APT::Update::Error-Mode=any update');
    } finally {
      for (const directory of made) rmSync(directory, { recursive: true, force: true });
    }
  }, 600_000);
});
