/** The module streams a person asks for with `--module`. */
import { AppError } from '../../base/errors.ts';
import type { StreamChoice } from './module-search.ts';

/**
 * Stream by module, from words like `nginx:1.24`.
 *
 * @throws {AppError} `USAGE` for what is no choice, or for two streams of one module.
 */
export function parseModuleChoices(words: readonly string[]): StreamChoice {
  const chosen = new Map<string, string>();
  for (const text of words) {
    const [, name = '', stream = ''] = /^([^:\s]+):([^:\s]+)$/.exec(text) ?? [];
    if (name === '') throw new AppError('USAGE', `--module ${text}: expected name:stream, as nginx:1.24`);
    if (chosen.has(name) && chosen.get(name) !== stream) throw new AppError('USAGE', `--module: ${name} is chosen twice`);
    chosen.set(name, stream);
  }
  return chosen;
}
