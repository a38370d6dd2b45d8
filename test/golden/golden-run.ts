/**
 * Compares a run of the program with what is written down: command line, output, exit code. What differs from run to run (directories,
 * durations, digests that follow from a key made on the spot) is replaced by a word in capitals. A missing file is written, except under
 * `CI=true`, where it fails; `UPDATE_GOLDEN=1` writes all anew.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { CliRun } from '../lab/cli/run-cli.ts';

const HOME = join(import.meta.dirname, 'runs');

/** One word for each thing that is different on every machine. */
export interface Replacement {
  readonly pattern: RegExp | string;
  readonly by: string;
}

const ALWAYS: readonly Replacement[] = [
  { pattern: /(?<![\w.])\d+(?:\.\d+)?(?:ms|s)\b/g, by: 'TIME' },
  { pattern: /(?<="durationMs":)\d+(?:\.\d+)?/g, by: '0' },
];

/** Fails with a diff when the run is not what `name` says. */
export function expectGolden(name: string, argv: readonly string[], run: CliRun, replacements: readonly Replacement[]): void {
  const path = join(HOME, `${name}.txt`);
  const actual = formatRun(argv, run, [...replacements, ...ALWAYS]);
  const isWanted = process.env.UPDATE_GOLDEN === '1' || (!existsSync(path) && process.env.CI !== 'true');
  if (isWanted) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, actual);
  }
  expect(existsSync(path), `${path} is missing: run without CI=true once, look at it, and commit it`).toBe(true);
  expect(actual).toBe(readFileSync(path, 'utf8'));
}

function formatRun(argv: readonly string[], { code, stdout, stderr }: CliRun, replacements: readonly Replacement[]): string {
  const command = ['pigsty-bundle', ...argv].map((word) => (/^[\w./=:-]+$/.test(word) ? word : `'${word}'`)).join(' ');
  const parts = [`$ ${command}`, `-- exit code ${code}`, '-- stdout', stdout.trimEnd(), '-- stderr', stderr.trimEnd(), ''];
  return replacements.reduce((text, { pattern, by }) => text.replaceAll(pattern, by), parts.join('\n'));
}
