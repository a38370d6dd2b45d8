/**
 * Runs the engine over SSH with the demo components, from whatever network namespace it is started in. Arguments: one JSON object, see
 * {@link DriveOptions}. Prints one JSON object: what happened, and how many commands were run on the host.
 */
import ownPackage from '../../../package.json' with { type: 'json' };
import { messageOf } from '../../../src/base/errors.ts';
import type { Event } from '../../../src/base/events.ts';
import { gatherFacts } from '../../../src/facts/gather.ts';
import type { Host } from '../../../src/host/host.ts';
import { sshHost } from '../../../src/host/ssh.ts';
import { installHost } from '../../../src/install/apply/install-host.ts';
import type { InstallInput } from '../../../src/install/apply/install-input.ts';
import { look, prepare } from '../../../src/install/apply/prepare.ts';
import { listRuns, rollbackRun } from '../../../src/install/apply/rollback.ts';
import { DEFAULT_SETTINGS } from '../../../src/install/contract/engine-settings.ts';
import { openBundle } from '../../../src/install/desired/open-bundle.ts';
import { packageSystemOf } from '../../../src/install/packages/package-system-of.ts';
import { formatPlan } from '../../../src/install/plan/format-plan.ts';
import { DEMO_SERVICES, type DemoParams } from './demo-services.ts';

/** What to do. */
export interface DriveOptions {
  readonly action: 'install' | 'check' | 'rollback';
  readonly address: string;
  readonly keyFile: string;
  readonly knownHosts: string;
  readonly bundle: string;
  readonly params: DemoParams;
}

/** What came of it. */
export interface DriveReport {
  readonly ok: boolean;
  readonly code?: string;
  readonly message?: string;
  readonly changed?: boolean;
  /** `phase: milliseconds`. */
  readonly phases: Readonly<Record<string, number>>;
  /** Keys of steps that changed something, in order. */
  readonly steps: readonly string[];
  readonly commands: number;
  readonly lines?: readonly string[];
  readonly left?: readonly string[];
}

const options = JSON.parse(process.argv[2] ?? '') as DriveOptions;
const phases: Record<string, number> = {};
const steps: string[] = [];
let commands = 0;

function report(event: Event): void {
  if (event.type === 'phase.end') phases[event.phase] = Math.round(event.durationMs);
  if (event.type === 'step.end') steps.push(`${event.step}${event.outcome === 'failed' ? ' FAILED' : ''}`);
  if (event.type === 'step.start' || event.type === 'phase.start') process.stderr.write(`${JSON.stringify(event)}\n`);
}

function counting(host: Host): Host {
  return {
    ...host,
    run: (command, runOptions) => {
      commands += 1;
      return host.run(command, runOptions);
    },
  };
}

async function inputFor(host: Host): Promise<InstallInput<DemoParams>> {
  const bundle = await openBundle(options.bundle, { trust: null, programVersion: ownPackage.version });
  const identity = { address: options.address, nodename: 'demo', cluster: 'nodes', infraSeq: 1 };
  const desired = { host: identity, hosts: [identity], adminIp: options.address, params: options.params, bundle: bundle.view };
  return {
    host,
    isLocal: false,
    bundle,
    trust: null,
    settings: DEFAULT_SETTINGS,
    services: DEMO_SERVICES,
    desire: async () => ({ ...desired, pki: { caCert: '' }, secrets: {}, assets: new Map() }),
    selection: {},
    replace: false,
    command: { offline: options.bundle },
    operator: { user: 'lab', from: 'lab', pid: process.pid, boot: '', terminal: null, sinceSec: Math.floor(Date.now() / 1000) },
    nowMs: Date.now,
  };
}

async function act(host: Host): Promise<Partial<DriveReport>> {
  const context = { report, signal: new AbortController().signal };
  if (options.action === 'rollback') {
    const [newest] = await listRuns(host);
    if (newest === undefined) return { changed: false };
    const facts = await gatherFacts(host, Date.now, {});
    const { left } = await rollbackRun(host, newest, packageSystemOf(facts), context);
    return { changed: true, left };
  }
  const input = await inputFor(host);
  if (options.action === 'check') {
    const prepared = await prepare(input, await look(input, context), context);
    return { lines: [...prepared.findings.map((one) => `${one.severity} ${one.id}`), ...formatPlan(prepared.plan, new Map())] };
  }
  const { changed } = await installHost(input, context);
  return { changed };
}

async function main(): Promise<DriveReport> {
  const { address, keyFile, knownHosts } = options;
  const host = counting(
    await sshHost({
      id: address,
      hostname: address,
      user: 'root',
      keyFiles: [keyFile],
      hostKeys: { files: [knownHosts], unknown: 'refuse' },
    }),
  );
  try {
    const done = await act(host);
    return { ok: true, phases, steps, commands, ...done };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'BUG';
    return {
      ok: false,
      code,
      message: code === 'BUG' && error instanceof Error ? (error.stack ?? '') : messageOf(error),
      phases,
      steps,
      commands,
    };
  } finally {
    await host.close();
  }
}

process.stdout.write(JSON.stringify(await main()));
