import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { treeFileOf } from '../../../src/base/tree-file-of.ts';
import { runUnpack } from '../../../src/cli/install/on-host.ts';
import { scratchDir, writeToy } from '../../lab/upstreams/bundle-lab.ts';
import { commandContext } from '../../support/command-context.ts';

it('unpacks a bundle, once', async () => {
  const cwd = await scratchDir();
  const { index } = await writeToy(cwd);
  const options = { offline: 'toy.tgz', webRoot: join(cwd, 'www/deep'), repoName: 'mypkg' };
  expect((await runUnpack(options, commandContext({ cwd }))).data).toEqual({ outcome: 'unpacked', id: index.id });
  expect(JSON.parse(await readFile(join(cwd, 'www/deep/mypkg/bundle.json'), 'utf8'))).toMatchObject({ id: index.id });
  expect((await runUnpack(options, commandContext({ cwd }))).data.outcome).toBe('already-present');
});

it('replaces the repository of another bundle only with a yes', async () => {
  const cwd = await scratchDir();
  const options = { offline: 'toy.tgz', webRoot: join(cwd, 'www'), repoName: 'pigsty' };
  await writeToy(cwd);
  await runUnpack(options, commandContext({ cwd }));
  await writeToy(cwd, { assets: [treeFileOf('other.txt', 'x')] });
  await expect(runUnpack(options, commandContext({ cwd }))).rejects.toMatchObject({ code: 'CONFIRMATION_NEEDED' });
  expect((await runUnpack({ ...options, yes: true }, commandContext({ cwd }))).data.outcome).toBe('unpacked');
});

it('a bundle has to be named', async () => {
  await expect(runUnpack({ webRoot: '/x', repoName: 'y' }, commandContext())).rejects.toMatchObject({ code: 'USAGE' });
});
