/** The store a command was told to use, or the usual one. */
import { resolve } from 'node:path';
import { defaultStoreDir } from '../../store/default-store-dir.ts';
import { openStore, type Store } from '../../store/store.ts';
import type { CommandContext } from '../program/command.ts';

/** @throws {AppError} `STORE_UNWRITABLE` when it cannot be made or written. */
export function openChosenStore(options: { readonly store?: string }, context: CommandContext): Promise<Store> {
  return openStore(options.store === undefined ? defaultStoreDir(context.env) : resolve(context.cwd, options.store));
}
