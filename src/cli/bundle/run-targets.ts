/**
 * One command for several targets: one after the other, over one store and one set of connections. A target that fails does not stop the
 * others. Every event says which target it belongs to; the result ends with a table, one row a target.
 */

import { AppError, isAppError, messageOf } from '../../base/errors.ts';
import type { Event, TargetFailure } from '../../base/events.ts';
import type { Downloader } from '../../metadata/downloader.ts';
import type { CommandContext, CommandResult } from '../program/command.ts';
import { EXIT, exitCodeOf } from '../program/exit-codes.ts';
import { openDownloader } from './open-downloader.ts';
import { targetTable } from './render/target-table.ts';
import type { FetchOptions } from './request-options.ts';

/** What is to be done for one target. */
export interface TargetWork {
  /** `d12.x86_64` */
  readonly target: string;
  run(downloader: Downloader, context: CommandContext): Promise<TargetResult>;
}

/** What came of one target. */
export interface TargetResult {
  /** The result when this was the only target. */
  readonly summary: CommandResult;
  /** Its row of the table, by column. */
  readonly row: Readonly<Record<string, string>>;
}

interface Outcome {
  readonly target: string;
  readonly exitCode: number;
  readonly result: TargetResult | null;
  readonly error: TargetFailure | null;
}

/**
 * Does all of `works`. With one it is as if there were no others: its result, or its error. With several the exit code is 3 when some
 * failed, and that of the first failure when all did.
 *
 * @param columns of the table, besides target and result
 * @throws {AppError} `USAGE`, `STORE_UNWRITABLE`, `CONFIG_INVALID` before the first target; `INTERRUPTED`.
 */
export async function runTargets(
  works: readonly TargetWork[],
  columns: readonly string[],
  options: FetchOptions,
  context: CommandContext,
): Promise<CommandResult> {
  let current: string | null = null;
  const report = (event: Event): void => context.report(current === null ? event : { ...event, target: current });
  const downloader = await openDownloader(options, { ...context, report });
  try {
    const [only] = works;
    if (only !== undefined && works.length === 1) return (await only.run(downloader, context)).summary;
    const outcomes: Outcome[] = [];
    for (const [at, work] of works.entries()) {
      const { target } = work;
      context.report({ type: 'target.start', target, position: at + 1, count: works.length });
      current = target;
      const outcome = await outcomeOf(work, downloader.forAnotherTarget(), { ...context, report });
      current = null;
      const { exitCode, error } = outcome;
      context.report({ type: 'target.end', target, exitCode, ...(error === null ? {} : { error }) });
      outcomes.push(outcome);
    }
    return togetherResult(outcomes, columns);
  } finally {
    downloader.close();
  }
}

async function outcomeOf(work: TargetWork, downloader: Downloader, context: CommandContext): Promise<Outcome> {
  const { target } = work;
  try {
    const result = await work.run(downloader, context);
    return { target, exitCode: result.summary.exitCode ?? EXIT.ok, result, error: null };
  } catch (error) {
    if (context.signal.aborted || isAppError(error, 'INTERRUPTED')) throw error;
    return { target, exitCode: exitCodeOf(error), result: null, error: failureOf(error) };
  }
}

function failureOf(error: unknown): TargetFailure {
  if (!(error instanceof AppError)) return { code: 'BUG', message: `this is a bug in pigsty-bundle: ${messageOf(error)}`, hint: REPORT };
  return { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
}

const REPORT = 'report it with the command you ran';

function togetherResult(outcomes: readonly Outcome[], columns: readonly string[]): CommandResult {
  const failed = outcomes.filter(({ error }) => error !== null);
  const good = outcomes.flatMap(({ target, result }) => (result === null ? [] : [{ target, lines: result.summary.lines }]));
  const worst = Math.max(EXIT.ok, ...outcomes.map(({ exitCode }) => exitCode));
  const exitCode = failed.length === 0 ? worst : good.length > 0 ? EXIT.partly : (failed[0]?.exitCode ?? EXIT.bug);
  const rows = outcomes.map(({ target, result, error }) => ({
    target,
    ...result?.row,
    result: error === null ? (result?.row.result ?? 'done') : `failed: ${error.code}`,
  }));
  return {
    lines: [...good.flatMap(({ target, lines }) => [`${target}:`, ...lines.map((line) => `  ${line}`)]), ...targetTable(rows, columns)],
    data: {
      targets: outcomes.map(({ target, exitCode: code, result, error }) => ({
        name: target,
        exitCode: code,
        ...(error === null ? { result: result?.summary.data } : { error }),
      })),
    },
    exitCode,
  };
}
