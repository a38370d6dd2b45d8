/** The cases of test/cases/facts: what a host printed, and what we make of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Fact } from '../../src/facts/fact.ts';

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

/** Maps as JSON would have them. */
export function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, member: unknown) => (member instanceof Map ? Object.fromEntries(member) : member)));
}

/** Tests that read every case of `fact`, of which there must be some, and that it survives what no host should print. */
export function testFact(fact: Fact<unknown>): void {
  testCases(fact);
  testNonsense(fact);
}

function testCases(fact: Fact<unknown>): void {
  const own = CASES.filter((one) => one.fact === fact.name);
  it(`${fact.name} has cases`, () => expect(own.length).toBeGreaterThan(0));
  it.each(own)('$name', ({ output, expected }) => {
    expect(plain(fact.parse(output))).toEqual(expected);
  });
}

/** No answer, or one that makes no sense, is no failure. */
export function testNonsense(fact: Fact<unknown>): void {
  it.each(['', '\n', '\0', 'x', '=', ':::', '--\n--\n', '{', '[]', '\t\t\t', 'tcp 0: 0100007F:0035'])(
    `${fact.name} survives %j`,
    (output) => {
      expect(() => fact.parse(output)).not.toThrow();
    },
  );
}
