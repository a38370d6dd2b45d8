import { Command } from 'commander';
import { expect, it } from 'vitest';
import { addOutputOptions } from '../../../src/cli/program/output-options.ts';

it('every verb says how the outcome is told, and nothing else', () => {
  expect(addOutputOptions(new Command()).options.map(({ long }) => long)).toEqual(['--json', '--quiet']);
});
