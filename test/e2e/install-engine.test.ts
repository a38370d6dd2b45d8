/**
 * The engine on booted, air-gapped hosts, driven over SSH from the lab's network with a real bundle and two small components: it converges
 * in one go, finds nothing to do afterwards, repairs only what was broken, survives being killed anywhere, and takes everything back.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeLab } from '../lab/hosts/describe-lab.ts';
import type { LabNode } from '../lab/hosts/lab-node.ts';
import { buildInfraBundle } from '../lab/install/build-bundle.ts';
import type { DemoParams } from '../lab/install/demo-services.ts';
import type { DriveOptions, DriveReport } from '../lab/install/drive.ts';
import { sizeOf, tellCounts } from '../support/long-tests.ts';

const DRIVE = new URL('../lab/install/drive.ts', import.meta.url).pathname;
const DISK_BYTES = 4 * 1024 ** 3;
const HELLO: DemoParams = { greeting: 'hello', extra: '' };

/**
 * Everything an installation may touch: type, mode, owner, link target of every path, content of every file. The lab's own files differ by
 * host.
 */
const SNAPSHOT = `cd / && find etc data www usr/sbin/policy-rc.d -xdev ! -path 'data/nginx/pigsty/*' ! -path 'etc/ssh/*' ! -name '*-' ! -name machine-id ! -name ld.so.cache \\
  ! -name .pwd.lock ! -path etc/hostname ! -path etc/hosts ! -path 'etc/systemd/network/*' \\( -type f -o -type l \\) -printf '%p %m %u %g %l ' -exec sh -c '[ -L "$1" ] || sha256sum <"$1"; echo' sh {} \\; 2>/dev/null | sort`;

/** Phases of a first installation in which it is killed, and how many milliseconds after their beginning. */
const FIRST_KILLS = ['preflight', 'unpack', 'repo', 'node', 'infra', 'infra', 'infra', 'infra', 'verify'].map(
  (phase, i) => [phase, (i * 137) % 700] as const,
);
/** The same of one that finds things undone. */
const LATER_KILLS = ['node', 'node', 'infra', 'infra', 'infra'].map((phase, i) => [phase, i * 90] as const);

/** All moments in the long test, else some from the whole length. */
function chosen<T>(moments: readonly T[]): readonly T[] {
  const share = sizeOf('engine-kills') / (FIRST_KILLS.length + LATER_KILLS.length);
  const count = Math.round(moments.length * share);
  return Array.from({ length: count }, (_, i) => moments[Math.floor((i * moments.length) / count)] as T);
}

describeLab('the engine over SSH', ['apt-get', 'tar'], (lab) => {
  let output: string;
  let bundle: string;

  beforeAll(async () => {
    ({ directory: output, bundle } = await buildInfraBundle('d12', [], 'small'));
  });
  afterAll(() => rmSync(output, { recursive: true, force: true }));

  function bootHost(name: string): Promise<LabNode> {
    return lab().boot({ name, tree: 'd12', diskBytes: DISK_BYTES });
  }

  function driveArgv(node: LabNode, action: DriveOptions['action'], params: DemoParams): string[] {
    const options: DriveOptions = { action, address: node.address, keyFile: node.keyPath, knownHosts: node.knownHostsPath, bundle, params };
    return [process.execPath, DRIVE, JSON.stringify(options)];
  }

  async function drive(node: LabNode, action: DriveOptions['action'], params = HELLO): Promise<DriveReport> {
    return JSON.parse(await lab().mustRun(driveArgv(node, action, params), { timeoutMs: 300_000 })) as DriveReport;
  }

  /** {@link drive} where failing is not expected: the message is what the test shows. */
  async function succeed(node: LabNode, action: DriveOptions['action']): Promise<DriveReport> {
    const report = await drive(node, action);
    if (!report.ok) throw new Error(`${action} on ${node.name}: ${report.code} ${report.message}`);
    return report;
  }

  /** Starts an installation, waits for `phase` and then a moment, and kills it. */
  async function killDuring(node: LabNode, phase: string, delayMs: number): Promise<void> {
    const child = spawn('nsenter', [`--net=/run/netns/${lab().netns}`, ...driveArgv(node, 'install', HELLO)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    let heard = '';
    const reached = new Promise<void>((resolve) => {
      child.stderr.on('data', (text: Buffer) => {
        heard += text.toString();
        if (heard.includes(`"phase":"${phase}"`)) resolve();
      });
    });
    await Promise.race([closed, reached.then(() => sleep(delayMs))]);
    child.kill('SIGKILL');
    await closed;
  }

  it('shows a plan without touching, converges, repairs only what differs, and takes everything back', async () => {
    const node = await bootHost('engine-1');
    const before = await node.mustExec(SNAPSHOT);
    const check = await drive(node, 'check');
    expect(check).toMatchObject({ ok: true });
    expect(check.lines?.join('\n')).not.toContain('secret-hello');
    expect(await node.mustExec(`${SNAPSHOT}; ls /var/lib/pigsty-install /run/pigsty-install-preflight 2>/dev/null || true`)).toBe(before);

    expect(await succeed(node, 'install')).toMatchObject({ ok: true, changed: true });
    const second = await succeed(node, 'install');
    expect(second).toMatchObject({ ok: true, changed: false, steps: [] });
    expect(second.commands).toBeLessThanOrEqual(5);

    await node.mustExec('systemctl stop nginx; echo drift >>/etc/systemd/system/sleeper.service; rm /www/demo/index.html');
    const repair = await succeed(node, 'install');
    expect(repair.steps).toEqual([
      'path:/etc/systemd/system/sleeper.service',
      'handler:sleeper.service',
      'path:/www/demo/index.html',
      'unit:nginx.service',
    ]);

    const refused = await drive(node, 'install', { ...HELLO, extra: 'bogus;' });
    expect(refused).toMatchObject({ ok: false, code: 'STEP_FAILED' });
    expect(await node.mustExec('systemctl is-active nginx && nginx -t -q && cat /etc/nginx/conf.d/demo.conf')).not.toContain('bogus');

    await takesAwayWhatIsNotDeclaredAnyMore(node);

    for (let runs = 0; (await succeed(node, 'rollback')).changed === true && runs < 10; runs += 1);
    expect(await node.mustExec(SNAPSHOT)).toBe(before);
    expect(
      await node.mustExec(
        'dpkg --get-selections nginx 2>/dev/null; getent passwd nginx; ls -d /www /data 2>/dev/null; systemctl is-active sleeper || true',
      ),
    ).toBe('inactive\n');
    expect(await lab().strayPackets()).toEqual({ count: 0, destinations: [] });
  }, 900_000);

  async function takesAwayWhatIsNotDeclaredAnyMore(node: LabNode): Promise<void> {
    const plain = await node.mustExec(SNAPSHOT);
    // That of the host's systemd, which has it from whoever runs the tests.
    const nice = await node.mustExec('systemctl show -p Nice --value sleeper');
    const issue = await node.mustExec('cat /etc/issue');
    const whole = { ...HELLO, more: true };
    expect(await drive(node, 'install', whole)).toMatchObject({ ok: true, changed: true });
    expect(await node.mustExec('cat /etc/issue; systemctl is-active passing; systemctl show -p Nice --value sleeper')).toBe(
      'ours\nactive\n5\n',
    );
    const check = (await drive(node, 'check')).lines?.join('\n');
    expect(check).toContain('infra: remove /etc/nginx/conf.d/more.conf (present)');
    expect(check).toContain('node: put back /etc/issue as it was (no longer declared)');

    const removal = await succeed(node, 'install');
    expect(removal.steps).toEqual([
      'command:stop passing.service for good',
      'path:/etc/issue',
      'path:/etc/systemd/system/passing.service',
      'path:/etc/systemd/system/sleeper.service.d/more.conf',
      'handler:sleeper.service',
      'path:/etc/nginx/conf.d/more.conf',
      'check:nginx -t',
      'handler:nginx.service',
    ]);
    expect(await node.mustExec(SNAPSHOT)).toBe(plain);
    expect(await node.mustExec('cat /etc/issue; systemctl show -p LoadState --value passing; systemctl show -p Nice --value sleeper')).toBe(
      `${issue}not-found\n${nice}`,
    );
    expect(await succeed(node, 'install')).toMatchObject({ changed: false, steps: [] });

    // Taken back, the removed things are there again.
    await succeed(node, 'rollback');
    expect(await node.mustExec('cat /etc/issue; systemctl is-active passing; systemctl show -p Nice --value sleeper')).toBe(
      'ours\nactive\n5\n',
    );
  }

  it('reaches the same end wherever it was killed', async () => {
    const [calm, killed] = [await bootHost('engine-2'), await bootHost('engine-3')];
    await succeed(calm, 'install');
    for (const [phase, delayMs] of chosen(FIRST_KILLS)) await killDuring(killed, phase, delayMs);
    const undone =
      'systemctl stop nginx sleeper; rm -f /etc/nginx/conf.d/demo.conf; sed -i s/hello/other/ /etc/systemd/system/sleeper.service; systemctl daemon-reload';
    for (const [phase, delayMs] of chosen(LATER_KILLS)) {
      await killed.exec(undone);
      await killDuring(killed, phase, delayMs);
    }
    tellCounts('engine-kills', { kills: sizeOf('engine-kills') });
    await succeed(killed, 'install');
    expect(await succeed(killed, 'install')).toMatchObject({ ok: true, changed: false });
    expect(await killed.mustExec(SNAPSHOT)).toBe(await calm.mustExec(SNAPSHOT));
    expect(
      await killed.mustExec('systemctl show -p ActiveState --value nginx sleeper; systemctl show -p Description --value sleeper'),
    ).toBe('active\n\nactive\nhello\n');
  }, 1_200_000);
});
