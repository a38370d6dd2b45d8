/**
 * An installation on a booted, bare, air-gapped host that is killed again and again, and then continued: of a small bundle, and of all of
 * INFRA in the long test `kills`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { describeLab } from '../lab/hosts/describe-lab.ts';
import type { LabNode } from '../lab/hosts/lab-node.ts';
import { HOST_TREE, treeDifference } from '../lab/install/host-tree.ts';
import { INFRA_UNITS, INSTALL_LIMIT_MS, InfraHosts, SMALL_UNITS } from '../lab/install/infra-hosts.ts';
import { succeeded } from '../lab/install/installer-run.ts';
import { isLong, sizeOf, tellCounts } from '../support/long-tests.ts';

/** How often a run is killed, at moments spread over the time an undisturbed one takes. */
const KILLS = sizeOf('kills');
const CONTENTS = isLong('kills') ? 'infra' : 'small';
const UNITS = CONTENTS === 'infra' ? INFRA_UNITS : SMALL_UNITS;

describeLab('a killed pigsty-install', ['apt-get', 'tar', 'curl'], (lab) => {
  const hosts = new InfraHosts(lab, CONTENTS);

  it('reaches the end of an undisturbed run wherever it was killed', async () => {
    const calm = await hosts.boot('infra-1', { address: '10.77.0.50' });
    const startedMs = Date.now();
    await hosts.install(calm);
    const tookMs = Date.now() - startedMs;
    const wanted = await calm.mustExec(HOST_TREE);
    const kept = await calm.mustExec('tar -cf - -C / etc/pigsty | base64 -w0');
    await calm.destroy();

    const killed = await hosts.boot('infra-1', { address: '10.77.0.50' });
    // The same CA and passwords, so that the trees can be compared.
    await killed.mustExec('base64 -d | tar -xf - -C /', { input: kept });
    for (let i = 0; i < KILLS; i += 1) await killAfter(killed, tookMs * ((i * 0.618 + 0.1) % 1));
    const resumed = await killed.exec('/media/usb/pigsty-install-x86_64 resume --json', { timeoutMs: INSTALL_LIMIT_MS });
    expect(succeeded(resumed).status).toBe(0);
    // The lab writes the hosts it had before into /etc/hosts.
    expect(treeDifference(wanted, await killed.mustExec(HOST_TREE)).filter((line) => !line.includes(' etc/hosts '))).toEqual([]);
    expect(await hosts.install(killed)).toMatchObject({ steps: [], outcome: { changed: false } });
    expect(await killed.mustExec(`systemctl is-active ${UNITS} | sort -u; ls /usr/sbin/policy-rc.d 2>/dev/null || true`)).toBe('active\n');
    tellCounts('kills', { kills: KILLS });
  }, 1_800_000);

  async function killAfter(node: LabNode, ms: number): Promise<void> {
    await node.mustExec(`systemd-run -q --unit=installing --collect ${await hosts.command()}`);
    await sleep(ms);
    await node.exec('systemctl kill -s KILL --kill-whom=main installing; systemctl stop installing 2>/dev/null; true');
  }
});
