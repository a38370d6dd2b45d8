/** From options to what an installation is made from. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError, messageOf } from '../../base/errors.ts';
import { SERVICES } from '../../components/services.ts';
import type { Inventory } from '../../config/inventory/inventory.ts';
import { type InstallInput, installInput } from '../../install/apply/install-input.ts';
import type { ServiceSelection } from '../../install/contract/declaration.ts';
import type { HostParams } from '../../install/contract/desired.ts';
import { type InstallSource, openSource } from '../../install/desired/install-source.ts';
import type { CommandContext } from '../program/command.ts';
import type { Connection } from './connection.ts';
import { operatorOf } from './operator.ts';
import type { InstallOptions } from './options.ts';
import { runCommandOf } from './run-command.ts';

/** Where keys are looked for when --key is not given. */
const DEFAULT_KEY = '/etc/pigsty/trusted.asc';

/**
 * Opens bundle and keys; warns of what the configuration says in vain.
 *
 * @throws {AppError} `USAGE` without a bundle; `KEY_UNUSABLE`; the codes of `openSource`.
 */
export async function readSource(options: InstallOptions, inventory: Inventory | null, context: CommandContext): Promise<InstallSource> {
  if (options.offline === undefined) throw new AppError('USAGE', 'which bundle?', { hint: 'pigsty-install --offline BUNDLE.tgz' });
  for (const message of inventory?.warnings ?? []) context.report({ type: 'warning', code: 'CONFIG', message });
  const { nowSec, signal } = context;
  const key = await readKey(options.key, context);
  return openSource({ bundlePath: resolve(context.cwd, options.offline), key, inventory, nowSec, signal });
}

/**
 * Everything the engine needs to set up the opened host. `check` may refuse what was read.
 *
 * @throws {AppError} the codes of {@link readSource}, `CONFIG_INVALID` for another host.
 */
export async function readInput(
  options: InstallOptions,
  open: Connection,
  context: CommandContext,
  check: (source: InstallSource) => void = () => {},
): Promise<InstallInput<HostParams>> {
  const source = await readSource(options, open.inventory, context);
  check(source);
  return installInput(source, open, {
    services: SERVICES,
    selection: selectionOf(options),
    replace: options.yes === true,
    operator: operatorOf(context),
    command: runCommandOf(options, source, context.cwd),
    nowSec: context.nowSec,
  });
}

/** Which components take part. */
export function selectionOf({ only, skip }: Pick<InstallOptions, 'only' | 'skip'>): ServiceSelection {
  return { ...(only === undefined ? {} : { only }), ...(skip === undefined ? {} : { skip }) };
}

async function readKey(path: string | undefined, context: CommandContext): Promise<{ text: string; source: string } | null> {
  const source = path ?? DEFAULT_KEY;
  try {
    return { text: await readFile(path === undefined ? DEFAULT_KEY : resolve(context.cwd, path), 'utf8'), source };
  } catch (error) {
    if (path === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new AppError('KEY_UNUSABLE', `cannot read ${source}: ${messageOf(error)}`, { cause: error });
  }
}
