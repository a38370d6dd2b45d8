/** `pigsty-bundle why`: the chain from a request to a package. */
import { expect, it } from 'vitest';
import { registerWhy } from '../../../../src/cli/bundle/commands/why.ts';
import { callCommand } from '../../../lab/cli/call-command.ts';
import { startMirror, toyLab } from '../../../lab/cli/toy-lab.ts';
import { toyArchive } from '../../../lab/upstreams/toy-archive.ts';

async function why(name: string) {
  const lab = await toyLab();
  const mirror = await startMirror(await toyArchive());
  await lab.overlay([mirror.url]);
  const request = ['--distro', 'd12', '--flavor', 'debian', '--profile', 'toy', '--manifest', 'overlay.yaml', '--store', 'store'];
  return callCommand(registerWhy, ['why', name, ...request], lab.dir);
}

it('goes from the profile to the package, a step deeper each', async () => {
  const { result } = await why('libgreet');
  expect(result.lines).toEqual([
    expect.stringMatching(/^hello 1.0 .*\(asked for by profile toy\)$/),
    expect.stringMatching(/^ {2}libgreet 1.0 .*\(.* libgreet \(>= 1\)\)$/),
  ]);
  expect(result.data).toMatchObject({ name: 'libgreet', chains: [[{ label: expect.any(String) }, { label: expect.any(String) }]] });
});

it('of what is not in the bundle is SOLVE_UNKNOWN_NAME', async () => {
  await expect(why('tmux')).rejects.toMatchObject({
    code: 'SOLVE_UNKNOWN_NAME',
    message: 'tmux is not in the closure of this request',
  });
});
