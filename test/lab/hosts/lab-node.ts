/**
 * One booted test host: an overlay over a cached tree, systemd as PID 1, its own control group. Commands of the product under test go
 * over SSH, as in production; {@link LabNode.run} is for the harness (a child of the host's own PID 1, so with a container's
 * capabilities). Nothing but systemctl, journalctl and systemd-run is ever run by entering the host's namespaces.
 */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeTree } from './base-tree.ts';
import { freezeCgroup, killCgroup, makeCgroup, removeCgroup } from './node-cgroup.ts';
import { type CommandOptions, type CommandResult, describeFailure, mustRun, runCommand } from './run-command.ts';

/** A file or directory of this machine that a host sees. */
export interface Bind {
  readonly source: string;
  readonly target: string;
  readonly writable?: boolean;
}

/** All that a host needs to start; made by the lab. */
export interface NodePlan {
  /** Its host name. */
  readonly name: string;
  /** At most 11 characters, unique on the machine: an interface name is made of it. */
  readonly machine: string;
  readonly address: string;
  readonly netns: string;
  /** Holds `root` (mounted), `upper`, `console.log`, `known_hosts`. */
  readonly directory: string;
  readonly keyPath: string;
  readonly binds: readonly Bind[];
  readonly nspawnArguments: readonly string[];
}

/** A host starts in a second or two; on a machine with much else to do it may take long. */
const BOOT_LIMIT_MS = 240_000;

/** SIGRTMIN+4, which tells systemd to switch off (systemd(1)); it has no name in Node. */
const SIGNAL_POWEROFF = 38;

/** A test host. Made by `Lab.boot`. */
export class LabNode {
  readonly #plan: NodePlan;
  #supervisor: number | undefined;

  constructor(plan: NodePlan) {
    this.#plan = plan;
  }

  /** Host name. */
  get name(): string {
    return this.#plan.name;
  }

  get address(): string {
    return this.#plan.address;
  }

  /** The host's file system as this machine sees it; what the host mounts itself (/tmp, /run) is not in it. */
  get root(): string {
    return join(this.#plan.directory, 'root');
  }

  /** The private key that root of the host accepts. */
  get keyPath(): string {
    return this.#plan.keyPath;
  }

  /** A known_hosts file with the host's true key. */
  get knownHostsPath(): string {
    return join(this.#plan.directory, 'known_hosts');
  }

  /** Switches the host on and returns when systemd has finished starting and SSH answers. */
  async powerOn(): Promise<void> {
    const { machine, netns, binds, directory } = this.#plan;
    const procs = makeCgroup(`lab-${machine}`);
    const nspawn = [
      ...['systemd-nspawn', '-q', '-D', this.root, '-M', machine, '-b', '--register=no', '--keep-unit', '--network-bridge=br0'],
      ...['--resolv-conf=off', '--link-journal=no', '--timezone=off', '--console=pipe'],
      ...binds.map((bind) => `--bind${bind.writable === true ? '' : '-ro'}=${bind.source}:${bind.target}`),
      ...this.#plan.nspawnArguments,
    ];
    // nspawn leaves with 133 when the host reboots; then the same host is started again.
    const script = `for file in ${procs.join(' ')}; do echo $$ >"$file" || exit 1; done
while :; do nsenter --net=/run/netns/${netns} "$@"; rc=$?; [ $rc = 133 ] || exit $rc; done`;
    const log = openSync(join(directory, 'console.log'), 'a');
    const child = spawn('/bin/sh', ['-c', script, 'lab', ...nspawn], {
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' },
    });
    closeSync(log);
    child.unref();
    this.#supervisor = child.pid;
    await this.waitReady();
  }

  /** Waits until the host has started and answers over SSH; throws with its console and journal when it does not within the limit. */
  async waitReady(limitMs = BOOT_LIMIT_MS): Promise<void> {
    const end = Date.now() + limitMs;
    let state = 'no leader';
    while (Date.now() < end) {
      state = await this.#systemState();
      if (state === 'running' || state === 'degraded') {
        const probe = await this.exec('true', { timeoutMs: 30_000 });
        if (probe.status === 0) return;
        state = `${state}, ssh: ${probe.stderr.trim()}`;
      }
      await sleep(60);
    }
    throw new Error(`host ${this.name} did not come up (${state})\n${await this.evidence()}`);
  }

  /** Runs a shell command line as root over SSH. Never throws for a status; 255 is SSH's own failure. */
  exec(command: string, options: CommandOptions = {}): Promise<CommandResult> {
    return runCommand(this.sshArgv(command), options);
  }

  /** The program with its arguments that {@link exec} runs, to be run in another way. */
  sshArgv(command: string): readonly string[] {
    const ssh = ['-i', this.keyPath, '-o', `UserKnownHostsFile=${this.knownHostsPath}`, '-o', 'StrictHostKeyChecking=yes'];
    const limits = ['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=30', '-o', 'LogLevel=ERROR', '-F', 'none'];
    return ['nsenter', `--net=/run/netns/${this.#plan.netns}`, 'ssh', ...ssh, ...limits, `root@${this.address}`, '--', command];
  }

  /** {@link exec}, but throws with both outputs when the status is not 0. Returns stdout. */
  async mustExec(command: string, options: CommandOptions = {}): Promise<string> {
    const result = await this.exec(command, options);
    if (result.status !== 0) throw new Error(`on ${this.name}: ${describeFailure(command, result)}`);
    return result.stdout;
  }

  /** Runs `argv` as a child of the host's PID 1, without the network: for the harness, and when SSH is what is being tested. */
  run(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    const unit = ['systemd-run', '-q', '--wait', '--pipe', '--collect', '--service-type=exec', '-E', 'HOME=/root'];
    return runCommand([...this.#enter(), ...unit, '--', ...argv], options);
  }

  /** Copies a file or directory of this machine to `target` on the host. Not into /tmp or /run, which the host mounts itself. */
  async copyIn(source: string, target: string): Promise<void> {
    if (/^\/(?:tmp|run|proc|sys|dev)(?:\/|$)/.test(target)) throw new Error(`${target} is a file system of the host's own: copy elsewhere`);
    const path = join(this.root, target);
    mkdirSync(join(path, '..'), { recursive: true });
    await mustRun(['cp', '-a', '--reflink=auto', '--no-preserve=ownership', source, path]);
  }

  /** Orderly shutdown; returns when the host is off. */
  async powerOff(): Promise<void> {
    process.kill(this.#leader(), SIGNAL_POWEROFF);
    await this.#waitOff();
  }

  /** Every process of the host dies at once. Files written before stay, as this machine's kernel lives on. */
  async powerCut(): Promise<void> {
    killCgroup(`lab-${this.#plan.machine}`);
    await removeCgroup(`lab-${this.#plan.machine}`);
    this.#supervisor = undefined;
  }

  /** Orderly reboot; returns when the host is back. */
  async reboot(): Promise<void> {
    const before = this.#leader();
    await this.run(['systemctl', '--no-block', 'reboot']);
    for (let waitedMs = 0; this.#leaderOrNone() === before; waitedMs += 50) {
      if (waitedMs > BOOT_LIMIT_MS) throw new Error(`host ${this.name} did not go down`);
      await sleep(50);
    }
    await this.waitReady();
  }

  /** Freezes or thaws the host: it keeps its connections and says nothing. */
  freeze(frozen: boolean): void {
    freezeCgroup(`lab-${this.#plan.machine}`, frozen);
  }

  /** Takes the host's network cable out or puts it back. */
  async setLink(up: boolean): Promise<void> {
    await mustRun(['ip', '-n', this.#plan.netns, 'link', 'set', `vb-${this.#plan.machine}`, up ? 'up' : 'down']);
  }

  /** The end of the console and of the journal, for the message of a failed test. Works on a host that is off. */
  async evidence(): Promise<string> {
    const console_ = existsSync(join(this.#plan.directory, 'console.log'))
      ? readFileSync(join(this.#plan.directory, 'console.log'), 'utf8').slice(-4000)
      : '';
    const files = ['/var/log/journal', '/run/log/journal'].map((path) => join(this.root, path)).filter(existsSync);
    const stored = await runCommand(['journalctl', '--no-pager', '-n', '80', '-D', files[0] ?? '/nonexistent']);
    const live = stored.stdout === '' && this.#leaderOrNone() !== undefined ? await this.#journal() : '';
    return `--- console of ${this.name}\n${console_}\n--- journal of ${this.name}\n${stored.stdout}${live}`;
  }

  /** Takes the host down and removes all of it. Safe to call twice. */
  async destroy(): Promise<void> {
    await this.powerCut();
    await unmount(this.root);
    await unmount(join(this.#plan.directory, 'disk'));
    await removeTree(this.#plan.directory);
  }

  async #systemState(): Promise<string> {
    if (this.#leaderOrNone() === undefined) return 'no leader';
    const result = await runCommand([...this.#enter(), 'systemctl', 'is-system-running'], { timeoutMs: 30_000 });
    return result.stdout.trim() || result.stderr.trim();
  }

  async #journal(): Promise<string> {
    const result = await runCommand([...this.#enter(), 'journalctl', '--no-pager', '-n', '80'], { timeoutMs: 10_000 });
    return result.stdout;
  }

  /** The prefix that enters the host's namespaces; only for systemctl, journalctl and systemd-run. */
  #enter(): readonly string[] {
    return ['nsenter', '-t', String(this.#leader()), '-m', '-u', '-i', '-n', '-p', '-C', '-r', '-w', '--'];
  }

  #leader(): number {
    const leader = this.#leaderOrNone();
    if (leader === undefined) throw new Error(`host ${this.name} is not running`);
    return leader;
  }

  /** PID 1 of the host as this machine numbers it: the supervisor's child is nspawn, whose child is systemd. */
  #leaderOrNone(): number | undefined {
    if (this.#supervisor === undefined) return undefined;
    const nspawn = childrenOf(this.#supervisor).find((pid) => commandOf(pid) === 'systemd-nspawn');
    return nspawn === undefined ? undefined : childrenOf(nspawn).find((pid) => commandOf(pid) === 'systemd');
  }

  async #waitOff(): Promise<void> {
    const supervisor = this.#supervisor;
    for (let waitedMs = 0; supervisor !== undefined && commandOf(supervisor) !== ''; waitedMs += 20) {
      if (waitedMs > BOOT_LIMIT_MS) throw new Error(`host ${this.name} did not switch off`);
      await sleep(20);
    }
    await this.powerCut();
  }
}

/** Unmounts `path` when something is mounted there. */
export async function unmount(path: string): Promise<void> {
  for (let attempt = 0; readFileSync('/proc/mounts', 'utf8').includes(` ${path} `); attempt += 1) {
    const result = await runCommand(['umount', path]);
    if (result.status !== 0 && attempt > 1200) throw new Error(result.stderr);
    if (result.status !== 0) await sleep(50);
  }
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** The name of a process; empty when there is none, or when it has ended and only waits to be collected. */
function commandOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const end = stat.lastIndexOf(')');
    return stat[end + 2] === 'Z' ? '' : stat.slice(stat.indexOf('(') + 1, end);
  } catch {
    return '';
  }
}
