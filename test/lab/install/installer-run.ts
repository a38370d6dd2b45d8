/** Runs the real `pigsty-install` with `--json` and reads what it tells. */
import type { CommandResult } from '../hosts/run-command.ts';

/** One run. */
export interface InstallerRun {
  readonly status: number | null;
  /** Milliseconds by phase, in order. */
  readonly phases: Readonly<Record<string, number>>;
  /** Keys of steps that were carried out, in order. */
  readonly steps: readonly string[];
  readonly warnings: readonly string[];
  /** The last object: result or failure. */
  readonly outcome: Readonly<Record<string, unknown>>;
}

interface Line {
  readonly type?: string;
  readonly phase?: string;
  readonly durationMs?: number;
  readonly step?: string;
  readonly message?: string;
}

/** Reads the lines of `--json`. */
export function readRun({ status, stdout, stderr }: CommandResult): InstallerRun {
  const lines = `${stdout}`.split('\n').filter((line) => line.startsWith('{'));
  const objects = lines.map((line) => JSON.parse(line) as Line);
  const phases: Record<string, number> = {};
  for (const one of objects) if (one.type === 'phase.end' && one.phase !== undefined) phases[one.phase] = Math.round(one.durationMs ?? 0);
  return {
    status,
    phases,
    steps: objects.flatMap((one) => (one.type === 'step.end' && one.step !== undefined ? one.step.split(/ (?=unit:)/) : [])),
    warnings: objects.flatMap((one) => (one.type === 'warning' ? [one.message ?? ''] : [])),
    outcome: (objects.findLast((one) => one.type === 'result' || one.type === 'exit') ?? { message: `${stdout}${stderr}` }) as Readonly<
      Record<string, unknown>
    >,
  };
}

/** {@link readRun} of a run that must have ended well. */
export function succeeded(result: CommandResult): InstallerRun {
  const run = readRun(result);
  if (run.status !== 0) throw new Error(`status ${run.status}: ${JSON.stringify(run.outcome)}\n${result.stderr.slice(-2000)}`);
  return run;
}
