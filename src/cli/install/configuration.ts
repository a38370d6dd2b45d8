/** The configuration the options name. */
import { resolve } from 'node:path';
import type { Inventory } from '../../config/inventory/inventory.ts';
import { readInventory } from '../../install/desired/read-inventory.ts';
import type { CommandContext } from '../program/command.ts';

/** Reads pigsty.yml, once per command; null without one. @throws {AppError} `CONFIG_MISSING`, `CONFIG_INVALID` with every fault. */
export async function readConfiguration(path: string | undefined, context: CommandContext): Promise<Inventory | null> {
  return path === undefined ? null : readInventory(resolve(context.cwd, path));
}
