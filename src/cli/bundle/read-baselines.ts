/** Reads what `--baseline` names: a word, or a file captured on a host. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { type Baseline, MINIMAL_BASELINE, NO_BASELINE } from '../../resolve/baseline.ts';
import type { CommandContext } from '../program/command.ts';

/**
 * The baselines named, without repetition, in the order of their names.
 *
 * @throws {AppError} `CONFIG_MISSING` for a file that cannot be read.
 */
export async function readBaselines(words: readonly string[], context: CommandContext): Promise<Baseline[]> {
  const baselines = await Promise.all(words.map((word) => readBaseline(word, context)));
  const unique = new Map(baselines.map((baseline) => [baseline.name, baseline]));
  return [...unique.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function readBaseline(word: string, context: CommandContext): Promise<Baseline> {
  if (word === 'none') return NO_BASELINE;
  if (word === 'minimal') return MINIMAL_BASELINE;
  const path = resolve(context.cwd, word);
  try {
    const bytes = await readFile(path);
    return { kind: 'file', name: `file:${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`, path, bytes };
  } catch (cause) {
    throw new AppError('CONFIG_MISSING', `cannot read the baseline ${path}`, {
      cause,
      hint: 'give none, minimal, or a file captured on the target: /var/lib/dpkg/status on Debian, the output of "rpm -qa" on EL',
    });
  }
}
