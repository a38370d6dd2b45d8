/**
 * One host from bundle to running services. Several hosts means calling this for each; nothing here knows of the others but the desired
 * state.
 */
import type { Context } from '../../base/events.ts';
import { runPhase } from '../../base/run-phase.ts';
import type { Declaration } from '../contract/declaration.ts';
import type { Finding } from '../preflight/finding.ts';
import type { ProbeResult } from '../probes/run-probes.ts';
import { holdHost } from './hold-host.ts';
import type { InstallInput } from './install-input.ts';
import { Installation } from './installation.ts';
import { type InstallPhase, PHASES } from './phases.ts';

/** How an installation ended. */
export interface InstallResult {
  readonly host: string;
  /** Something was changed. */
  readonly changed: boolean;
  readonly run: string | null;
  readonly probes: readonly ProbeResult[];
  readonly urls: Declaration['urls'];
  readonly secrets: Declaration['secrets'];
  readonly findings: readonly Finding[];
}

/**
 * Installs: holds the host and goes through {@link PHASES}. A run that was killed is continued; when nothing differs nothing is written.
 *
 * @throws {AppError} `HOST_BUSY` when another run is under way; the codes of `prepare` and `assertReady`, `STEP_FAILED`, `PROBE_FAILED`,
 * `INTERRUPTED`, those of `unpackBundle`.
 */
export function installHost<P>(input: InstallInput<P>, context: Context): Promise<InstallResult> {
  return holdHost(input.host, 'install', input.operator, context, (held) => install(input, held));
}

async function install<P>(input: InstallInput<P>, context: Context): Promise<InstallResult> {
  const installation = new Installation(input);
  for (const phase of PHASES) if (phase.runs === 'always' || !installation.isIdle) await goThrough(phase, installation, context);
  const { changed, run, probes, prepared } = installation;
  const { urls, secrets } = prepared.declaration;
  return { host: input.host.id, changed, run: run?.run ?? null, probes, urls, secrets, findings: prepared.findings };
}

async function goThrough<P>({ name, title, run }: InstallPhase, installation: Installation<P>, context: Context): Promise<void> {
  if (title === null) return run(installation, context);
  const clock = { ...context, nowMs: () => performance.now() };
  await runPhase(clock, { phase: name, title }, () => run(installation, context));
}
