/** The one executable brings up INFRA on a booted, bare, air-gapped host from another machine, over SSH, as a user with sudo. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeLab } from '../lab/hosts/describe-lab.ts';
import { assertAnswers, INSTALL_LIMIT_MS, InfraHosts } from '../lab/install/infra-hosts.ts';
import { type InstallerRun, readRun } from '../lab/install/installer-run.ts';
import { startAgent } from '../lab/install/ssh-agent.ts';
import { sizeOf, tellCounts } from '../support/long-tests.ts';

describeLab('pigsty-install from another machine', ['apt-get', 'tar', 'curl'], (lab) => {
  const bundles = [new InfraHosts(lab, 'small'), new InfraHosts(lab, 'infra')];

  it.each(bundles.slice(0, sizeOf('install-remote')))(
    'does the same over SSH from another machine, as a user with sudo: $contents',
    async (hosts) => {
      const node = await hosts.boot('infra-1');
      await node.mustExec(
        'useradd -m ops && mkdir -p ~ops/.ssh && cp ~/.ssh/authorized_keys ~ops/.ssh/ && chown -R ops: ~ops/.ssh && echo "ops ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/ops',
      );
      const { bundle, installer, directory } = await hosts.carried();
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
      await assertAnswers(lab(), node.address, directory, hosts.contents);
      const endAgent = await startAgent(socket, node.keyPath);
      try {
        expect(await call('agent', node.knownHostsPath, '--offline', bundle)).toMatchObject({
          status: 0,
          steps: [],
          outcome: { changed: false },
        });
        expect(await call('agent', node.knownHostsPath, 'status')).toMatchObject({ status: 0, outcome: { installed: true } });
      } finally {
        await endAgent();
      }
      expect(await lab().strayPackets()).toEqual({ count: 0, destinations: [] });
      tellCounts('install-remote', { [`steps of ${hosts.contents}`]: run.steps.length });
    },
    600_000,
  );
});
