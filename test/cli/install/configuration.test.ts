import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readConfiguration } from '../../../src/cli/install/configuration.ts';
import { scratchDir } from '../../lab/upstreams/bundle-lab.ts';
import { commandContext } from '../../support/command-context.ts';

it('a relative path is below the working directory', async () => {
  const cwd = await scratchDir();
  await writeFile(join(cwd, 'a.yml'), 'all: { children: { infra: { hosts: { 10.0.0.1: { infra_seq: 1 } } } } }');
  expect((await readConfiguration('a.yml', commandContext({ cwd })))?.path).toBe(join(cwd, 'a.yml'));
});

it('without a path there is none', async () => {
  expect(await readConfiguration(undefined, commandContext())).toBeNull();
});
