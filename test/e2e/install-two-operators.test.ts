/** Two people at the same host at the same time, one of them killed now and then: one is told to wait, and the end is a whole state. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { describeLab } from '../lab/hosts/describe-lab.ts';
import type { LabNode } from '../lab/hosts/lab-node.ts';
import { HOST_TREE, treeDifference } from '../lab/install/host-tree.ts';
import { INSTALL_LIMIT_MS, InfraHosts, SMALL_UNITS } from '../lab/install/infra-hosts.ts';
import { type InstallerRun, readRun, succeeded } from '../lab/install/installer-run.ts';
import { sizeOf, tellCounts } from '../support/long-tests.ts';

const PROGRAM = '/media/usb/pigsty-install-x86_64';
const ROUNDS = sizeOf('two-operators') / 2;
/** A rollback takes the CA, the passwords and the accounts with it: what stands in these files is new then. */
const MADE_ANEW =
  /^(f (?:data\/nginx\/ca\.crt|etc\/(?:group|gshadow|passwd|shadow|pigsty\/\S+|pki\/\S+|nginx\/conf\.d\/cert\/\S+|ssl\/certs\/ca-certificates\.crt)) .*?)\s+[0-9a-f]{64}/gm;
/** Whether init scripts would start without systemd: what a rollback that was cut off did to them, an installation has no use for. */
const INIT_LINKS = /^l etc\/rc\d\.d\/.*\n/gm;
const shapeOf = (tree: string): string => tree.replace(MADE_ANEW, '$1').replace(INIT_LINKS, '');

/** What the first does while the second installs; whether the first is killed meanwhile. */
const FIRST = [
  { verb: 'install', isKilled: false },
  { verb: 'rollback', isKilled: false },
  { verb: 'install', isKilled: true },
  { verb: 'rollback', isKilled: true },
] as const;

describeLab('two operators', ['apt-get', 'tar', 'curl'], (lab) => {
  const hosts = new InfraHosts(lab, 'small');

  it('at one host do one thing after the other, whoever begins and whoever dies', async () => {
    const node = await hosts.boot('infra-1');
    await hosts.install(node);
    const wanted = shapeOf(await node.mustExec(HOST_TREE));
    const told = { done: 0, busy: 0 };
    await node.mustExec(`${PROGRAM} rollback --all`, { timeoutMs: INSTALL_LIMIT_MS });
    for (let round = 0; round < ROUNDS; round += 1) {
      const first = FIRST[round % FIRST.length] ?? FIRST[0];
      const second = await meet(node, first, ((round * 0.618) % 1) * 2_000);
      told[second.status === 75 ? 'busy' : 'done'] += 1;
      expect([0, 75], `round ${round}: ${JSON.stringify(second.outcome)}`).toContain(second.status);
      expect([0, 66, 69]).toContain((await node.exec(`${PROGRAM} status --follow`, { timeoutMs: INSTALL_LIMIT_MS })).status);
      succeeded(await node.exec(`${await hosts.command()} --json`, { timeoutMs: INSTALL_LIMIT_MS }));
      expect(treeDifference(wanted, shapeOf(await node.mustExec(HOST_TREE))), `round ${round}`).toEqual([]);
      expect(await node.mustExec(`systemctl is-active ${SMALL_UNITS} | sort -u`)).toBe('active\n');
    }
    expect(await hosts.install(node)).toMatchObject({ steps: [], outcome: { changed: false } });
    tellCounts('two-operators', { starts: 2 * ROUNDS, ...told });
  }, 3_600_000);

  /** The first begins, the second installs `afterMs` later; what became of the second. */
  async function meet(node: LabNode, { verb, isKilled }: (typeof FIRST)[number], afterMs: number): Promise<InstallerRun> {
    const command = verb === 'install' ? await hosts.command() : `${PROGRAM} rollback`;
    await node.mustExec(`systemd-run -q --unit=first --collect ${command}`);
    await sleep(afterMs);
    const second = node.exec(`${await hosts.command()} --json`, { timeoutMs: INSTALL_LIMIT_MS });
    if (isKilled) await node.exec('systemctl kill -s KILL --kill-whom=main first; true');
    const run = readRun(await second);
    if (run.status === 75) expect(run.outcome).toMatchObject({ code: 'HOST_BUSY', hint: expect.stringContaining('status --follow') });
    return run;
  }
});
