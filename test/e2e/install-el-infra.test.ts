/**
 * An EL 9 look-alike and flavor pigsty: real dnf, rpm, systemd, nginx, VictoriaMetrics, vmalert, Alertmanager, exporters, dnsmasq and
 * chrony under Pigsty's names. Grafana, VictoriaLogs, VictoriaTraces and Vector are stand-ins that parse what they are given
 * (`test/lab/stand-ins/server.py`).
 */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureBaseTree } from '../lab/hosts/base-tree.ts';
import { debianTreeRecipe } from '../lab/hosts/debian-tree.ts';
import { describeLab } from '../lab/hosts/describe-lab.ts';
import { get, getJson, until } from '../lab/install/ask.ts';
import { buildElInfraBundle, type ElBundle } from '../lab/install/el-infra.ts';
import { HOST_TREE, treeDifference } from '../lab/install/host-tree.ts';
import { succeeded } from '../lab/install/installer-run.ts';

const UNITS =
  'nginx dnsmasq vmetrics vlogs vtraces vmalert alertmanager blackbox_exporter nginx_exporter node_exporter grafana-server vector chronyd';

interface Target {
  readonly scrapeUrl: string;
  readonly health: string;
  readonly lastError: string;
}

describeLab('pigsty-install on an EL 9 look-alike', ['rpmbuild', 'createrepo_c', 'curl'], (lab) => {
  let carried: ElBundle;

  beforeAll(async () => {
    const debian = await ensureBaseTree(debianTreeRecipe('d12'));
    carried = await buildElInfraBundle(join(debian, 'var/lib/dpkg/status'));
  });
  afterAll(() => carried?.remove());

  it('brings up every component of flavor pigsty, has nothing to do afterwards, and takes everything back', async () => {
    const node = await lab().boot({ name: 'infra-1', tree: 'el9', binds: [{ source: carried.directory, target: '/media/usb' }] });
    const command = `/media/usb/pigsty-install-x86_64 --offline ${carried.bundle.replace(carried.directory, '/media/usb')} --json`;
    const before = await node.mustExec(HOST_TREE);
    expect(succeeded(await node.exec(`${command} --check`)).outcome).toMatchObject({ changed: true });
    expect(treeDifference(before, await node.mustExec(HOST_TREE))).toEqual([]);

    const run = succeeded(await node.exec(command, { timeoutMs: 300_000 }));
    console.log(`el9: ${JSON.stringify(run.phases)}`);
    expect(await node.mustExec(`systemctl is-active ${UNITS} | sort -u`)).toBe('active\n');
    const base = `http://${node.address}`;
    for (const path of [
      '/',
      '/ui/',
      '/vmetrics/health',
      '/vlogs/health',
      '/vtraces/health',
      '/vmalert/health',
      '/alertmgr/',
      '/blackbox/',
    ]) {
      expect(await get(lab(), `${base}${path}`), path).toMatchObject({ status: 200 });
    }
    expect((await get(lab(), `${base}/pigsty.repo`)).body).toContain('[pigsty');
    expect((await get(lab(), `${base}/pigsty/repodata/repomd.xml`)).status).toBe(200);

    const grafana = await getJson<{ sources: string[]; boards: string[] }>(lab(), `${base}/ui/stand-in`);
    expect(grafana.sources).toEqual(['Metrics', 'Logs', 'Traces', 'Meta', 'vmetrics-1', 'vlogs-1', 'vtraces-1']);
    expect(grafana.boards.length).toBeGreaterThan(0);
    await until(
      'a line in VictoriaLogs',
      () => get(lab(), `${base}/vlogs/stand-in/lines`),
      ({ body }) => body.includes('syslog'),
    );
    await until(
      'targets',
      async () => (await getJson<{ data: { activeTargets: Target[] } }>(lab(), `${base}/vmetrics/api/v1/targets`)).data.activeTargets,
      (list) => list.length >= 10 && list.every((one) => one.health === 'up'),
    );

    const client = await lab().boot({ name: 'client', tree: 'el9' });
    await client.mustExec(
      `rm -f /etc/yum.repos.d/*; curl -sSf ${base}/pigsty.repo >/etc/yum.repos.d/pigsty.repo; sed -i 's#^baseurl=.*#baseurl=${base}/pigsty#' /etc/yum.repos.d/pigsty.repo
       dnf -q -y --nogpgcheck install node-exporter && node_exporter --version`,
      { timeoutMs: 120_000 },
    );
    expect(succeeded(await node.exec(command))).toMatchObject({ steps: [], outcome: { changed: false } });
    await node.mustExec('/www/pigsty/pigsty-install uninstall --yes', { timeoutMs: 300_000 });
    // Data stays, and what RPMs leave when they are removed: users of their scriptlets, directories they do not own.
    const left = treeDifference(before, await node.mustExec(HOST_TREE));
    expect(left.filter((line) => !/^[+-] (?:d |f data\/|f etc\/(?:passwd|group|g?shadow) )/.test(line))).toEqual([]);
    expect(await lab().strayPackets()).toEqual({ count: 0, destinations: [] });
  }, 600_000);
});
