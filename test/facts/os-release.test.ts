import { expect, it } from 'vitest';
import { osRelease, parseOsRelease } from '../../src/facts/os-release.ts';
import { testFact } from '../support/fact-cases.ts';

testFact(osRelease);

it.each([
  ['ID=debian', 'debian'],
  ['ID="a \\"b\\" \\$c"', 'a "b" $c'],
  ['ID=\'a "b"\'', 'a "b"'],
  ['  ID=x  ', 'x'],
])('reads %s', (line, value) => {
  expect(parseOsRelease(`# a comment\n${line}\n`).get('ID')).toBe(value);
});
