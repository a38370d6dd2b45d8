/** Verbs that take back: `rollback` one run (or all), `uninstall` everything. */
import { AppError } from '../../base/errors.ts';
import { gatherFacts } from '../../facts/gather.ts';
import { runChecked } from '../../host/host.ts';
import { listRuns, type RollbackResult, rollbackRun } from '../../install/apply/rollback.ts';
import { packageSystemOf } from '../../install/packages/package-system-of.ts';
import { STATE_DIRECTORY } from '../../install/state/earlier-runs.ts';
import type { CommandContext, CommandResult } from '../program/command.ts';
import { type OpenHost, withHost } from './connection.ts';
import type { TakeBackOptions } from './options.ts';

/** Takes back the newest run, or all. */
export async function runRollback(options: TakeBackOptions, context: CommandContext): Promise<CommandResult> {
  return withHost(options, context, async (open) => resultOf(open, await rollBack(open, options.all === true, context)));
}

/** Takes back every run and removes what is kept on the host. @throws {AppError} `CONFIRMATION_NEEDED` without --yes. */
export async function runUninstall(options: TakeBackOptions, context: CommandContext): Promise<CommandResult> {
  return withHost(options, context, (open) => uninstall(open, options, context));
}

async function rollBack({ host }: OpenHost, all: boolean, context: CommandContext): Promise<RollbackResult[]> {
  const runs = await listRuns(host);
  const facts = await gatherFacts(host, Date.now, {}, { signal: context.signal });
  const system = packageSystemOf(facts);
  const results: RollbackResult[] = [];
  for (const record of all ? runs : runs.slice(0, 1)) results.push(await rollbackRun(host, record, system, context));
  return results;
}

async function uninstall(open: OpenHost, options: TakeBackOptions, context: CommandContext): Promise<CommandResult> {
  if (options.yes !== true)
    throw new AppError('CONFIRMATION_NEEDED', `everything pigsty-install put on ${open.host.id} is removed`, { hint: 'say --yes' });
  const results = await rollBack(open, true, context);
  await runChecked(open.host, { argv: ['rm', '-rf', '--one-file-system', '--', STATE_DIRECTORY] });
  return resultOf(open, results);
}

function resultOf({ host }: OpenHost, results: readonly RollbackResult[]): CommandResult {
  if (results.length === 0) return { lines: [`${host.id}: nothing to take back`], data: { host: host.id, runs: [] } };
  const lines = results.flatMap((result) => [
    `${host.id}: took back run ${result.run}, ${result.undone} changes`,
    ...result.left.map((line) => `  left: ${line}`),
  ]);
  return { lines, data: { host: host.id, runs: results } };
}
