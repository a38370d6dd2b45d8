import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readBaselines } from '../../../src/cli/bundle/read-baselines.ts';
import { commandContext } from '../../lab/cli/call-command.ts';
import { temporaryDir } from '../../support/fetch-lab.ts';

it('are words or files, each once, in the order of their names', async () => {
  const dir = await temporaryDir();
  for (const name of ['status', 'copy']) writeFileSync(join(dir, name), 'Package: a\n');
  const baselines = await readBaselines(['none', 'status', 'minimal', 'none', 'copy'], commandContext(dir));
  expect(baselines.map(({ kind, name }) => [kind, name])).toEqual([
    ['file', expect.stringMatching(/^file:[0-9a-f]{16}$/)],
    ['minimal', 'minimal'],
    ['none', 'none'],
  ]);
});

it('of a file are its bytes, and the same name wherever it lies', async () => {
  const dir = await temporaryDir();
  writeFileSync(join(dir, 'status'), 'Package: a\n');
  const [here] = await readBaselines(['status'], commandContext(dir));
  const [there] = await readBaselines([join(dir, 'status')], commandContext('/'));
  expect(here).toMatchObject({ path: join(dir, 'status'), bytes: Buffer.from('Package: a\n') });
  expect(there).toEqual(here);
});

it.each(['gone', '.'])('"%s" cannot be read: CONFIG_MISSING', async (word) => {
  const dir = await temporaryDir();
  await expect(readBaselines(['none', word], commandContext(dir))).rejects.toMatchObject({
    code: 'CONFIG_MISSING',
    message: `cannot read the baseline ${join(dir, word)}`,
    hint: expect.stringContaining('rpm -qa'),
  });
});
