/** Faults of user-written files: collected as lines `file:line:column: path.to.field: found X, expected Y`, then thrown as one error. */
import type { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { didYouMean } from './nearest-word.ts';

const MAX_SHOWN = 50;

/** `groups.infra-package[3].name` */
export function formatFieldPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? String(step) : `.${String(step)}`;
  }
  return text === '' ? '(whole file)' : text;
}

/** A value as it should appear in a message: one line, at most 60 characters. */
export function formatFound(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  object: 'a map',
  record: 'a map',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

/**
 * One validation issue as `path: found X, expected Y` lines; an issue about unknown keys gives one line per key.
 *
 * @param explainKey what an unknown key may have been meant for, to stand at the end of its line; empty when nothing is known of it
 */
export function describeIssue(
  issue: z.core.$ZodIssue,
  knownKeys: (path: readonly PropertyKey[]) => readonly string[],
  explainKey: (key: string) => string = () => '',
): IssueLine[] {
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(issue.path);
    return issue.keys.map((key) => {
      const expected = known.length === 0 ? 'no such key' : `one of ${known.join(', ')}`;
      return { path: [...issue.path, key], text: `found an unknown key, expected ${expected}${explainKey(key) || didYouMean(key, known)}` };
    });
  }
  return [{ path: issue.path, text: `found ${formatFound(issue.input)}, expected ${expectation(issue)}` }];
}

/** A fault without its file: where in the file, and the sentence. */
export interface IssueLine {
  readonly path: readonly PropertyKey[];
  readonly text: string;
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return TYPE_WORDS[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') {
    if (issue.values.length === 1) return issue.message;
    const words = issue.values.map(String);
    return `one of ${words.join(', ')}${didYouMean(String(issue.input), words)}`;
  }
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  return issue.message;
}

/** Collects faults and throws them together. */
export class Faults {
  readonly lines: string[] = [];

  /** Adds one line, ready to print. */
  add(line: string): void {
    this.lines.push(line);
  }

  /** @throws {AppError} `CONFIG_INVALID` with every line, when there is any. */
  throwIfAny(what: string): void {
    if (this.lines.length === 0) return;
    const shown = this.lines.slice(0, MAX_SHOWN);
    const more = this.lines.length - shown.length;
    if (more > 0) shown.push(`… and ${more} more`);
    const count = this.lines.length === 1 ? '1 fault' : `${this.lines.length} faults`;
    throw new AppError('CONFIG_INVALID', `${what}: ${count}\n${shown.join('\n')}`, { details: { faults: [...this.lines] } });
  }
}
