/** Verbs that undo: `rollback` one run (or all), `uninstall` everything. */
import { AppError } from '../../base/errors.ts';
import { type RollbackResult, rollback, uninstall } from '../../install/apply/rollback.ts';
import type { CommandContext, CommandResult } from '../program/command.ts';
import { withHost } from './connection.ts';
import { operatorOf } from './operator.ts';
import type { RollbackOptions } from './options.ts';

/** Undoes the newest run, or all. */
export async function runRollback(options: RollbackOptions, context: CommandContext): Promise<CommandResult> {
  return withHost(options, context, async ({ host }) =>
    resultOf(host.id, await rollback(host, options.all === true ? 'all' : 'newest', operatorOf(context), context)),
  );
}

/** Undoes every run and removes what is kept on the host. @throws {AppError} `CONFIRMATION_NEEDED` without --yes. */
export async function runUninstall(options: RollbackOptions, context: CommandContext): Promise<CommandResult> {
  return withHost(options, context, async ({ host }) => {
    if (options.yes !== true)
      throw new AppError('CONFIRMATION_NEEDED', `everything pigsty-install put on ${host.id} is removed`, { hint: 'say --yes' });
    return resultOf(host.id, await uninstall(host, operatorOf(context), context));
  });
}

function resultOf(host: string, results: readonly RollbackResult[]): CommandResult {
  if (results.length === 0) return { lines: [`${host}: nothing to take back`], data: { host, runs: [] } };
  const lines = results.flatMap((result) => [
    `${host}: took back run ${result.run}, ${result.undone} changes`,
    ...result.left.map((line) => `  left: ${line}`),
  ]);
  return { lines, data: { host, runs: results } };
}
