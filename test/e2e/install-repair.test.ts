/**
 * INFRA on a booted, bare, air-gapped host afterwards: drift is repaired, a changed configuration changes what it says, everything can be
 * taken back.
 */
import { expect, it } from 'vitest';
import { describeLab } from '../lab/hosts/describe-lab.ts';
import { get, until } from '../lab/install/ask.ts';
import { HOST_TREE, treeDifference } from '../lab/install/host-tree.ts';
import { INSTALL_LIMIT_MS, InfraHosts } from '../lab/install/infra-hosts.ts';
import { type InstallerRun, readRun } from '../lab/install/installer-run.ts';

const config = (address: string, endpoint: string): string => `
all:
  children: { infra: { hosts: { ${address}: { infra_seq: 1 } } } }
  vars:
    admin_ip: ${address}
    infra_portal:
      home: { domain: i.pigsty }
      exporter: { domain: exporter.pigsty, endpoint: "${endpoint}" }
`;

describeLab('pigsty-install on a host that has INFRA', ['apt-get', 'tar', 'curl'], (lab) => {
  const hosts = new InfraHosts(lab);

  it('repairs exactly what differs, changes exactly what the configuration changes, and takes everything back', async () => {
    const node = await hosts.boot('infra-1');
    const before = await node.mustExec(HOST_TREE);
    const configure = async (endpoint: string): Promise<InstallerRun> => {
      await node.mustExec('cat >/root/pigsty.yml', { input: config(node.address, endpoint) });
      return hosts.install(node, { options: '--config /root/pigsty.yml' });
    };
    await configure('127.0.0.1:9100');
    expect(await configure('127.0.0.1:9100')).toMatchObject({ steps: [], outcome: { changed: false } });
    const installed = await node.mustExec(HOST_TREE);

    const changed = await configure('127.0.0.1:9115');
    expect(changed.steps).toEqual(['path:/etc/nginx/conf.d/exporter.conf', 'check:nginx -t', 'handler:nginx.service']);
    const exporter = () => get(lab(), 'http://exporter.pigsty/', { at: node.address });
    await until('the new endpoint', exporter, ({ body }) => body.includes('Blackbox'));
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
      `sed -i 's/9100/nowhere;evil/' /root/pigsty.yml; ${await hosts.command()} --config /root/pigsty.yml --json`,
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
});
