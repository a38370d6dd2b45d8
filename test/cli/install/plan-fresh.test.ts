import { expect, it } from 'vitest';
import { planFresh } from '../../../src/cli/install/plan-fresh.ts';
import { scratchDir, writeToy } from '../../lab/upstreams/bundle-lab.ts';
import { commandContext } from '../../support/command-context.ts';

it('shows steps without files, and with --diff the files too', async () => {
  const cwd = await scratchDir();
  await writeToy(cwd, { assets: [] });
  const short = await planFresh({ offline: 'toy.tgz' }, commandContext({ cwd }));
  const long = await planFresh({ offline: 'toy.tgz', diff: true }, commandContext({ cwd }));
  expect(short.lines[0]).toBe(`unpack: ${cwd}/toy.tgz to /www/pigsty`);
  expect(short.lines.filter((line) => line.startsWith('    '))).toEqual([]);
  expect(long.lines.length).toBeGreaterThan(short.lines.length);
  expect(short.lines.filter((line) => /\(missing\)$/.test(line))).toEqual([]);
  expect(short.data).toMatchObject({ assumed: 'a fresh host', distro: 'd12', address: '192.0.2.10' });
});
