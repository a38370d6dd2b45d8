import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { registerVerbs } from '../../../src/cli/install/register.ts';
import type { GlobalOptions } from '../../../src/cli/program/run-program.ts';

async function parse(...argv: string[]): Promise<GlobalOptions[]> {
  const seen: GlobalOptions[] = [];
  const program = new Command()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .enablePositionalOptions();
  registerVerbs(program, async (options) => void seen.push(options));
  await program.parseAsync(argv, { from: 'user' });
  return seen;
}

describe('the command line', () => {
  it.each(['resume', 'plan', 'status', 'doctor', 'facts', 'rollback', 'uninstall', 'unpack'])('has the verb %s', async (verb) => {
    expect(await parse(verb)).toHaveLength(1);
  });

  it('installs without a verb', async () => {
    expect(await parse('--offline', 'x.tgz', '--check')).toEqual([{ offline: 'x.tgz', check: true }]);
  });

  it('options of the program count before the verb too', async () => {
    expect(await parse('--host', 'a', 'status')).toEqual([expect.objectContaining({ host: 'a' })]);
  });

  it('a repository goes where it normally is unless told otherwise', async () => {
    expect(await parse('unpack')).toEqual([{ webRoot: '/www', repoName: 'pigsty' }]);
  });

  it('plan needs no host, and takes none', async () => {
    await expect(parse('plan', '--host', 'a')).rejects.toThrow();
  });
});
