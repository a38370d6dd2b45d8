import { Command } from 'commander';
import { expect, it } from 'vitest';
import { addInstallOptions, type InstallOptions } from '../../../src/cli/install/options.ts';

function parse(...argv: string[]): InstallOptions {
  return addInstallOptions(new Command().exitOverride()).parse(argv, { from: 'user' }).opts<InstallOptions>();
}

it('names of components may come together or one by one', () => {
  expect(parse('--only', 'nginx,grafana', '--only', 'vector').only).toEqual(['nginx', 'grafana', 'vector']);
  expect(parse('--skip', ',nginx,').skip).toEqual(['nginx']);
});

it('what is not said is not there', () => {
  expect(parse()).toEqual({});
});

it('several keys may be named', () => {
  expect(parse('--identity', 'a', 'b').identity).toEqual(['a', 'b']);
});
