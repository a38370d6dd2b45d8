/**
 * A laboratory for air-gapped hosts: one private network namespace with a bridge, and hosts booted into it. There is no way out; a
 * packet that a host sends to any address outside the lab is refused and counted. Facts behind the choices: systemd-nspawn(1), ip-netns(8).
 */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBaseTree, removeTree, type TreeRecipe } from './base-tree.ts';
import { type DebianTree, debianTreeRecipe, writeIntoTree } from './debian-tree.ts';
import type { ElName } from './el-tree/el-release.ts';
import { elTreeRecipe } from './el-tree/el-tree.ts';
import { labSubdirectory, ownerMark } from './lab-directory.ts';
import { removeLeftovers } from './lab-leftovers.ts';
import { type Bind, LabNode } from './lab-node.ts';
import { type CommandOptions, type CommandResult, describeFailure, mustRun, runCommand } from './run-command.ts';
import { readStrayPackets, STRAY_RULES, type StrayPackets } from './stray-packets.ts';

/** The lab's own address on its bridge; hosts have others of the same /24. */
export const LAB_ADDRESS = '10.77.0.1';

/** What to boot. */
export interface BootOptions {
  /** Host name, unique in the lab. */
  readonly name: string;
  readonly tree: DebianTree | ElName | TreeRecipe;
  /** Default: the next free one from 10.77.0.11. */
  readonly address?: string;
  readonly binds?: readonly Bind[];
  /** Absolute path → content, written before the host starts. */
  readonly files?: Readonly<Record<string, string>>;
  /** Size of the host's disk; default: as large as this machine's. */
  readonly diskBytes?: number;
  /** More arguments for systemd-nspawn. */
  readonly nspawnArguments?: readonly string[];
}

/**
 * Unique on this machine as long as this process lives; hosts, namespaces and groups of the lab carry it. Of one length, so that no tag
 * with a number behind it is another process's tag with another number.
 */
const PROCESS_TAG = `pl${process.pid.toString(36).padStart(5, '0')}`;
let sequence = 0;

/** Makes a lab; first removes what dead processes left of theirs. Destroy it in a `finally` or `afterAll`. */
export async function createLab(): Promise<Lab> {
  await removeLeftovers();
  sequence += 1;
  const netns = `${PROCESS_TAG}n${sequence}`;
  const directory = mkdtempSync(join(labSubdirectory('run'), `${PROCESS_TAG}-`));
  writeFileSync(join(directory, 'owner'), ownerMark());
  writeFileSync(join(directory, 'netns'), netns);
  await mustRun(['ip', 'netns', 'add', netns]);
  const lab = new Lab(netns, directory);
  await lab.prepare();
  return lab;
}

/** A network with hosts. Made by {@link createLab}. */
export class Lab {
  readonly #netns: string;
  readonly #directory: string;
  readonly #nodes: LabNode[] = [];
  /** Programs that run inside the lab's network now. */
  readonly #running = new Set<Promise<unknown>>();
  readonly #ended = new AbortController();
  #nextAddress = 11;

  constructor(netns: string, directory: string) {
    this.#netns = netns;
    this.#directory = directory;
  }

  /** Sets up the bridge, the counters and the key pair. Called once by {@link createLab}. */
  async prepare(): Promise<void> {
    const ip = ['ip', '-n', this.#netns];
    await mustRun([...ip, 'link', 'set', 'lo', 'up']);
    await mustRun([...ip, 'link', 'add', 'br0', 'type', 'bridge']);
    await mustRun([...ip, 'addr', 'add', `${LAB_ADDRESS}/24`, 'dev', 'br0']);
    await mustRun([...ip, 'link', 'set', 'br0', 'up']);
    // With forwarding on and no route, a stray packet is answered with "network unreachable" at once, instead of a time-out.
    await this.mustRun(['sysctl', '-qw', 'net.ipv4.ip_forward=1']);
    await this.mustRun(['nft', '-f', '-'], { input: STRAY_RULES });
    await mustRun(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'lab', '-f', this.#keyPath]);
  }

  /** Boots a host and returns it when it answers over SSH. */
  async boot(options: BootOptions): Promise<LabNode> {
    this.#ended.signal.throwIfAborted();
    const lower = await ensureBaseTree(recipeOf(options.tree));
    sequence += 1;
    const machine = `${PROCESS_TAG}${sequence.toString(36)}`;
    if (machine.length > 11) throw new Error(`machine name ${machine} is too long for an interface`);
    const address = options.address ?? `10.77.0.${this.#nextAddress++}`;
    const directory = join(this.#directory, machine);
    await mountOverlay(directory, lower, options.diskBytes);
    const root = join(directory, 'root');
    this.#writeIdentity(root, options, address);
    await writeHostKey(root, join(directory, 'known_hosts'), address);
    const node = new LabNode({
      name: options.name,
      machine,
      address,
      netns: this.#netns,
      directory,
      keyPath: this.#keyPath,
      binds: options.binds ?? [],
      nspawnArguments: options.nspawnArguments ?? [],
    });
    this.#nodes.push(node);
    await node.powerOn();
    return node;
  }

  /** Runs a program of this machine inside the lab's network: what a person's own computer in that network would do. */
  run(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    this.#ended.signal.throwIfAborted();
    const running = runCommand(['nsenter', `--net=/run/netns/${this.#netns}`, ...argv], { ...options, signal: this.#ended.signal });
    this.#running.add(running);
    void running.catch(() => undefined).then(() => this.#running.delete(running));
    return running;
  }

  /** {@link run}, but throws when the status is not 0. Returns stdout. */
  async mustRun(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
    const result = await this.run(argv, options);
    if (result.status !== 0) throw new Error(describeFailure(argv.join(' '), result));
    return result.stdout;
  }

  /** The name of the lab's network namespace (`/run/netns/NAME`). */
  get netns(): string {
    return this.#netns;
  }

  /** Packets that hosts sent to addresses outside the lab since it was made. */
  async strayPackets(): Promise<StrayPackets> {
    return readStrayPackets(await this.mustRun(['nft', '-j', 'list', 'ruleset']));
  }

  /** Console and journal of every host, for the message of a failed test. */
  async evidence(): Promise<string> {
    return (await Promise.all(this.#nodes.map((node) => node.evidence()))).join('\n');
  }

  /**
   * Ends what runs in the lab's network, then removes every host and the network. Safe to call twice. A test whose time is over is still
   * under way then: it can neither boot nor run anything any more.
   */
  async destroy(): Promise<void> {
    this.#ended.abort(new Error('the lab is gone: the test that asks has ended'));
    await Promise.allSettled(this.#running);
    for (const node of this.#nodes.splice(0)) await node.destroy();
    await runCommand(['ip', 'netns', 'del', this.#netns]);
    await removeTree(this.#directory);
  }

  get #keyPath(): string {
    return join(this.#directory, 'id_ed25519');
  }

  #writeIdentity(root: string, options: BootOptions, address: string): void {
    const hosts = [...this.#nodes.map((node) => `${node.address} ${node.name}`), `${address} ${options.name}`];
    writeIntoTree(root, '/etc/hostname', `${options.name}\n`);
    writeIntoTree(root, '/etc/hosts', `127.0.0.1 localhost\n${hosts.join('\n')}\n`);
    // The gateway leads nowhere: it is there so that a packet for the outside is seen and counted rather than never sent.
    const network = `[Match]\nName=host0\n[Network]\nAddress=${address}/24\nGateway=${LAB_ADDRESS}\nLinkLocalAddressing=no\n`;
    writeIntoTree(root, '/etc/systemd/network/10-host0.network', network);
    mkdirSync(join(root, 'root/.ssh'), { recursive: true, mode: 0o700 });
    writeIntoTree(root, '/root/.ssh/authorized_keys', readFileSync(`${this.#keyPath}.pub`, 'utf8'), 0o600);
    for (const [path, content] of Object.entries(options.files ?? {})) writeIntoTree(root, path, content);
  }
}

function recipeOf(tree: BootOptions['tree']): TreeRecipe {
  if (typeof tree !== 'string') return tree;
  return tree === 'd12' || tree === 'd13' ? debianTreeRecipe(tree) : elTreeRecipe(tree);
}

async function mountOverlay(directory: string, lower: string, diskBytes: number | undefined): Promise<void> {
  mkdirSync(join(directory, 'root'), { recursive: true });
  const disk = join(directory, 'disk');
  mkdirSync(disk);
  if (diskBytes !== undefined) await mustRun(['mount', '-t', 'tmpfs', '-o', `size=${diskBytes}`, 'lab-disk', disk]);
  for (const name of ['upper', 'work']) mkdirSync(join(disk, name), { mode: 0o755 });
  const layers = `lowerdir=${lower},upperdir=${join(disk, 'upper')},workdir=${join(disk, 'work')}`;
  await mustRun(['mount', '-t', 'overlay', 'lab-root', '-o', layers, join(directory, 'root')]);
}

async function writeHostKey(root: string, knownHosts: string, address: string): Promise<void> {
  const key = join(root, 'etc/ssh/ssh_host_ed25519_key');
  await mustRun(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', key]);
  writeFileSync(knownHosts, `${address} ${readFileSync(`${key}.pub`, 'utf8')}`);
}
