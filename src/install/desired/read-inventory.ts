/** Reads pigsty.yml. */
import { readFile } from 'node:fs/promises';
import { AppError, messageOf } from '../../base/errors.ts';
import { type Inventory, parseInventory } from '../../config/inventory/inventory.ts';

/** A configuration file larger than this is none. */
const MAX_BYTES = 16 * 1024 * 1024;

/** @throws {AppError} `CONFIG_MISSING`, `CONFIG_INVALID` with every fault. */
export async function readInventory(file: string): Promise<Inventory> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new AppError('CONFIG_MISSING', `cannot read ${file}: ${messageOf(error)}`, {
      hint: 'name Pigsty’s own pigsty.yml, or leave --config away for one host with defaults',
      cause: error,
    });
  }
  if (bytes.length > MAX_BYTES) throw new AppError('CONFIG_INVALID', `${file} has ${bytes.length} bytes, at most ${MAX_BYTES} are read`);
  return parseInventory(bytes.toString(), file);
}
