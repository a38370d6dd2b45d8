/**
 * Driving a booted host over SSH: who may log in, whom we believe to be the host, what is said when it does not work, and a cable that is
 * pulled while the host is being set up. The program is run from the lab's network, from sources.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { COMPILE_CACHE } from '../lab/cli/run-cli.ts';
import { describeLab, describeSharedLab } from '../lab/hosts/describe-lab.ts';
import type { LabNode } from '../lab/hosts/lab-node.ts';
import { mustRun } from '../lab/hosts/run-command.ts';
import { InfraHosts } from '../lab/install/infra-hosts.ts';
import { type InstallerRun, readRun, succeeded } from '../lab/install/installer-run.ts';
import { startAgent } from '../lab/install/ssh-agent.ts';
import { sizeOf, tellCounts } from '../support/long-tests.ts';

const CLI = new URL('../../src/cli/bin/pigsty-install.js', import.meta.url).pathname;
const REPEAT = new URL('../lab/install/repeat-commands.ts', import.meta.url).pathname;
const USERS = `for user in free asked stranger; do
  useradd -m $user && mkdir ~$user/.ssh 2>/dev/null || mkdir -p /home/$user/.ssh
  cp /root/.ssh/authorized_keys /home/$user/.ssh/ && chown -R $user: /home/$user/.ssh
done
echo 'free ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/lab; echo 'asked ALL=(ALL) ALL' >>/etc/sudoers.d/lab`;

describeSharedLab('pigsty-install over SSH', ['ssh-keygen', 'ssh-agent'], (lab) => {
  let node: LabNode;
  let directory: string;
  beforeAll(async () => {
    node = await lab().boot({ name: 'ssh-1', tree: 'd12' });
    await node.mustExec(USERS);
  });
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'install-ssh-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  async function call(environment: Readonly<Record<string, string>>, ...argv: string[]): Promise<InstallerRun> {
    const env = { SSH_AUTH_SOCK: '', HOME: directory, NODE_COMPILE_CACHE: COMPILE_CACHE, ...environment };
    return readRun(await lab().run([process.execPath, CLI, ...argv, '--json'], { env, timeoutMs: 600_000 }));
  }

  /** `facts` of a host: one connection, one command as root. */
  function facts(user: string, ...more: string[]): Promise<InstallerRun> {
    return call(
      {},
      'facts',
      '--host',
      `${user}@${node.address}`,
      '--identity',
      node.keyPath,
      '--known-hosts',
      node.knownHostsPath,
      ...more,
    );
  }

  it('logs in with a key as root or as a user who may do everything, and says what others lack', async () => {
    expect((await facts('root')).outcome).toMatchObject({ facts: { privilege: { how: 'root' } } });
    expect((await facts('free')).outcome).toMatchObject({ facts: { privilege: { uid: 0 } } });
    for (const user of ['asked', 'stranger']) {
      const refused = await facts(user);
      expect(refused).toMatchObject({
        status: 77,
        outcome: { code: 'HOST_PERMISSION', hint: expect.stringContaining('password-less sudo') },
      });
    }
    await node.mustExec('mv /usr/bin/sudo /usr/bin/sudo.away');
    const withoutSudo = await facts('free');
    await node.mustExec('mv /usr/bin/sudo.away /usr/bin/sudo');
    expect(withoutSudo.outcome).toMatchObject({ code: 'HOST_PERMISSION', message: expect.stringContaining('there is no sudo') });

    await mustRun(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', join(directory, 'other')]);
    const wrong = ['--identity', join(directory, 'other'), '--known-hosts', node.knownHostsPath];
    expect(await call({}, 'facts', '--host', node.address, ...wrong)).toMatchObject({ status: 77, outcome: { code: 'HOST_AUTH_FAILED' } });
    const none = await call({}, 'facts', '--host', node.address, '--known-hosts', node.knownHostsPath);
    expect(none.outcome).toMatchObject({ code: 'HOST_AUTH_FAILED', hint: expect.stringContaining('--identity') });
  }, 600_000);

  it('logs in with what an agent holds', async () => {
    const socket = join(directory, 'agent');
    const endAgent = await startAgent(socket, node.keyPath);
    try {
      const run = await call({ SSH_AUTH_SOCK: socket }, 'facts', '--host', node.address, '--known-hosts', node.knownHostsPath);
      expect(run).toMatchObject({ status: 0, outcome: { facts: { hostname: 'ssh-1' } } });
    } finally {
      await endAgent();
    }
  }, 600_000);

  it('believes only a host it knows: shows the fingerprint of a new one, and never takes a changed one', async () => {
    const known = join(directory, 'known_hosts');
    const ask = (...more: string[]) => facts('root', '--known-hosts', known, ...more);
    const fingerprint = (await node.mustExec('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')).split(' ')[1];

    expect(await ask()).toMatchObject({
      status: 77,
      outcome: {
        code: 'HOST_KEY_UNKNOWN',
        message: expect.stringContaining(fingerprint ?? 'none'),
        hint: expect.stringContaining('--accept-new'),
      },
    });
    expect((await ask('--accept-new')).status).toBe(0);
    expect(readFileSync(known, 'utf8')).toContain(`${node.address} ssh-ed25519 `);
    expect((await ask()).status).toBe(0);

    await mustRun(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', join(directory, 'other')]);
    writeFileSync(known, `${node.address} ${readFileSync(join(directory, 'other.pub'), 'utf8')}`);
    for (const more of [[], ['--accept-new']]) {
      expect(await ask(...more)).toMatchObject({
        status: 77,
        outcome: { code: 'HOST_KEY_CHANGED', hint: expect.stringContaining('ssh-keygen -R') },
      });
    }
  }, 600_000);

  it('says that nobody answers', async () => {
    for (const host of ['10.77.0.99', `${node.address}:2222`]) {
      const run = await call({}, 'facts', '--host', host, '--identity', node.keyPath, '--known-hosts', node.knownHostsPath);
      expect(run).toMatchObject({
        status: 69,
        outcome: { code: 'HOST_UNREACHABLE', message: expect.stringContaining(host.split(':')[0] ?? '') },
      });
    }
  }, 600_000);

  it('hears how every one of many commands ended', async () => {
    const count = sizeOf('ssh-commands');
    const argv = [process.execPath, REPEAT, node.address, node.keyPath, node.knownHostsPath, String(count)];
    expect(await lab().mustRun(argv, { timeoutMs: 900_000 })).toBe(`${count} of ${count}\n`);
    tellCounts('ssh-commands', { commands: count });
  }, 1_200_000);
});

describeLab('pigsty-install over a connection that breaks', [], (lab) => {
  const hosts = new InfraHosts(lab, 'small');

  it('notices a pulled cable, and continues when it is back', async () => {
    const { bundle } = await hosts.carried();
    const node = await hosts.boot('ssh-1');
    const common = ['--host', node.address, '--identity', node.keyPath, '--known-hosts', node.knownHostsPath, '--json'];
    const cut = await cutDuring(node, 'infra', ['--offline', bundle, ...common]);
    expect(cut).toMatchObject({
      status: 69,
      outcome: { code: 'HOST_UNREACHABLE', hint: expect.stringContaining('pigsty-install resume') },
    });
    const again = (...argv: string[]) => lab().run([process.execPath, CLI, ...argv, ...common], { timeoutMs: 300_000 });
    expect(succeeded(await again('resume')).outcome).toMatchObject({ changed: true });
    expect(succeeded(await again('--offline', bundle))).toMatchObject({ steps: [], outcome: { changed: false } });
  }, 900_000);

  /** Pulls the cable when `phase` begins, and puts it back when the program has given up. */
  async function cutDuring(node: LabNode, phase: string, argv: readonly string[]): Promise<InstallerRun> {
    const child = spawn('nsenter', [`--net=/run/netns/${lab().netns}`, process.execPath, CLI, ...argv], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    let isCut = false;
    let cut: Promise<void> | undefined;
    child.stderr.on('data', (text: Buffer) => {
      stderr += text.toString();
    });
    child.stdout.on('data', (text: Buffer) => {
      stdout += text.toString();
      if (isCut || !stdout.includes(`"phase.start","phase":"${phase}"`)) return;
      isCut = true;
      cut = node.setLink(false);
    });
    const status = await new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)));
    await cut;
    await node.setLink(true);
    return readRun({ status, stdout, stderr });
  }
});
