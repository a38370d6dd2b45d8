import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openChosenStore } from '../../../src/cli/bundle/open-store.ts';
import { commandContext } from '../../lab/cli/call-command.ts';
import { temporaryDir } from '../../support/fetch-lab.ts';

it.each<[string, { store?: string }, (dir: string) => Record<string, string>, string]>([
  ['the one that is named, from where the person stands', { store: 'mine' }, (dir) => ({ PIGSTY_BUNDLE_STORE: join(dir, 'env') }), 'mine'],
  ['that of the environment', {}, (dir) => ({ PIGSTY_BUNDLE_STORE: join(dir, 'env'), HOME: dir }), 'env'],
  ['that of the home', {}, (dir) => ({ HOME: dir }), '.cache/pigsty-bundle'],
])('is %s', async (_, options, env, place) => {
  const dir = await temporaryDir();
  const store = await openChosenStore(options, commandContext(dir, { env: env(dir) }));
  expect(store.dir).toBe(join(dir, place));
  expect(existsSync(join(dir, place, 'sha256'))).toBe(true);
});

it('is STORE_UNWRITABLE where a file stands, or where there is no place at all', async () => {
  const dir = await temporaryDir();
  writeFileSync(join(dir, 'file'), '');
  await expect(openChosenStore({ store: 'file' }, commandContext(dir))).rejects.toMatchObject({ code: 'STORE_UNWRITABLE' });
  await expect((async () => openChosenStore({}, commandContext(dir)))()).rejects.toMatchObject({ code: 'STORE_UNWRITABLE' });
});
