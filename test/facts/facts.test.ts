/** Every case of test/cases/facts: what a host printed, and what we make of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/facts/fact.ts';
import { FACTS } from '../../src/facts/gather.ts';

interface FactCase {
  readonly fact: string;
  readonly source: string;
  readonly output: string;
  readonly expected: unknown;
}

const DIRECTORY = new URL('../cases/facts/', import.meta.url);
const CASES = readdirSync(DIRECTORY)
  .sort()
  .map((name) => ({ name, ...(JSON.parse(readFileSync(new URL(name, DIRECTORY), 'utf8')) as FactCase) }));

/** Maps and sets as JSON would have them. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, member: unknown) => (member instanceof Map ? Object.fromEntries(member) : member)),
  ) as unknown;
}

describe('a fact', () => {
  it.each(CASES)('$name', ({ fact: name, output, expected }) => {
    const fact = FACTS.find((one) => one.name === name) as Fact<unknown> | undefined;
    expect(plain(fact?.parse(output))).toEqual(expected);
  });

  it.each(FACTS.map((fact) => [fact.name, fact as Fact<unknown>] as const))('%s survives no answer and nonsense', (_, fact) => {
    for (const output of ['', '\n', '\0', 'x', '=', ':::', '--\n--\n', '{', '[]', '\t\t\t', 'tcp 0: 0100007F:0035']) {
      expect(() => fact.parse(output)).not.toThrow();
    }
  });
});
