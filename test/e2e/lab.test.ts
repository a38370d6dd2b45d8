/** The lab itself: hosts boot, are reached over SSH only, find no way out, and leave nothing behind. */
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { describeLab } from '../lab/hosts/describe-lab.ts';
import { createLab } from '../lab/hosts/lab.ts';
import { labSubdirectory } from '../lab/hosts/lab-directory.ts';
import { removeLeftovers } from '../lab/hosts/lab-leftovers.ts';
import { runCommand } from '../lab/hosts/run-command.ts';

const CLEAN = new URL('../../scripts/clean-lab.ts', import.meta.url).pathname;

describeLab('the lab', [], (lab) => {
  it.each([
    ['d12', '12'],
    ['d13', '13'],
  ] as const)('boots %s, runs a command over ssh and has no package source', async (tree, version) => {
    const node = await lab().boot({ name: 'infra-1', tree, files: { '/etc/lab/note': 'hello\n' } });
    const facts = await node.mustExec(
      '. /etc/os-release; echo $VERSION_ID; hostname; cat /etc/lab/note; ls /etc/apt/sources.list.d | wc -l',
    );
    expect(facts.split('\n')).toEqual([version, 'infra-1', 'hello', '0', '']);
    expect((await node.exec('exit 7')).status).toBe(7);
    expect((await node.run(['systemctl', 'is-system-running'])).stdout.trim()).toBe('running');
    expect(await lab().strayPackets()).toEqual({ count: 0, destinations: [] });
  });

  it('refuses and counts a packet to an address outside', async () => {
    const node = await lab().boot({ name: 'infra-1', tree: 'd12' });
    const connect = `python3 -c "import socket; socket.create_connection(('192.0.2.7', 443), 3)"`;
    const result = await node.exec(connect);
    expect(result.stderr).toContain('Network is unreachable');
    const stray = await lab().strayPackets();
    expect(stray.count).toBeGreaterThan(0);
    expect(stray.destinations).toEqual(['192.0.2.7 tcp 443']);
  });

  it('lets hosts reach each other by name', async () => {
    const first = await lab().boot({ name: 'infra-1', tree: 'd12' });
    const second = await lab().boot({ name: 'node-2', tree: 'd12' });
    expect(await second.mustExec('exec 3<>/dev/tcp/infra-1/22; head -c 4 <&3')).toBe('SSH-');
    expect(second.address).not.toBe(first.address);
    expect((await lab().strayPackets()).count).toBe(0);
  });

  it('keeps files over a reboot, a shutdown and a power cut', async () => {
    const node = await lab().boot({ name: 'infra-1', tree: 'd13' });
    await node.mustExec('echo kept >/var/lib/note; sync');
    const bootId = await node.mustExec('cat /proc/sys/kernel/random/boot_id; systemctl show -p UserspaceTimestampMonotonic');
    await node.reboot();
    expect(await node.mustExec('cat /proc/sys/kernel/random/boot_id; systemctl show -p UserspaceTimestampMonotonic')).not.toBe(bootId);
    expect(await node.mustExec('cat /var/lib/note')).toBe('kept\n');
    await node.powerOff();
    expect((await node.exec('true')).status).toBe(255);
    await node.powerOn();
    await node.powerCut();
    await node.powerOn();
    expect(await node.mustExec('cat /var/lib/note; systemctl is-system-running')).toBe('kept\nrunning\n');
  });

  it('gives a host a disk that can be full', async () => {
    const node = await lab().boot({ name: 'infra-1', tree: 'd12', diskBytes: 24 * 1024 * 1024 });
    const result = await node.exec('head -c 64M /dev/zero >/var/lib/filler');
    expect(result.stderr).toContain('No space left on device');
  });

  it('leaves no mount, network or control group behind', async () => {
    const node = await lab().boot({ name: 'infra-1', tree: 'd12' });
    const { root } = node;
    const { netns } = lab();
    await lab().destroy();
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(root);
    expect(existsSync(join(root, '..'))).toBe(false);
    expect(existsSync(join('/run/netns', netns))).toBe(false);
  });

  it('ends what still runs in its network, and lets nothing be begun any more', async () => {
    const running = lab().run(['sleep', '600']);
    await lab().destroy();
    expect(await running).toMatchObject({ status: 137 });
    expect(() => lab().run(['true'])).toThrow('the lab is gone');
    await expect(lab().boot({ name: 'late', tree: 'd12' })).rejects.toThrow('the lab is gone');
  });

  it('removes what a killed test run left, and nothing of a living one', async () => {
    // A directory of its own: other test files make labs meanwhile, and each of them removes what is left in theirs.
    const own = mkdtempSync(join(labSubdirectory('bundles'), 'lab-'));
    symlinkSync(labSubdirectory('trees'), join(own, 'trees'));
    vi.stubEnv('PIGSTY_LAB_DIR', own);
    const living = await createLab();
    try {
      const module = new URL('../lab/hosts/lab.ts', import.meta.url).href;
      const script = `import { createLab } from '${module}';
        const lab = await createLab(); const node = await lab.boot({ name: 'lost', tree: 'd12' });
        console.log(JSON.stringify([lab.netns, node.root])); process.kill(process.pid, 'SIGKILL');`;
      const killed = await runCommand([process.execPath, '--input-type=module', '--eval', script]);
      expect(killed.status).toBe(137);
      const [netns, root] = JSON.parse(killed.stdout) as [string, string];
      expect(existsSync(join('/run/netns', netns))).toBe(true);
      const node = await living.boot({ name: 'infra-1', tree: 'd12' });
      // As several test files would at once.
      await Promise.all([removeLeftovers(), removeLeftovers(), runCommand([process.execPath, CLEAN])]);
      expect(existsSync(join('/run/netns', netns))).toBe(false);
      expect(existsSync(root)).toBe(false);
      expect((await node.exec('true')).status).toBe(0);
    } finally {
      await living.destroy();
      vi.unstubAllEnvs();
      rmSync(own, { recursive: true, force: true });
    }
  });
});
