/** `pigsty-bundle distros`: what bundles can be built for. */
import { expect, it } from 'vitest';
import { DISTROS } from '../../../../src/base/target.ts';
import { registerDistros } from '../../../../src/cli/bundle/commands/distros.ts';
import { callCommand } from '../../../lab/cli/call-command.ts';

it('lists every distro with its flavors, as lines and as data', async () => {
  const { result } = await callCommand(registerDistros, ['distros'], '/');
  const { distros } = result.data as { readonly distros: readonly { readonly code: string; readonly flavors: readonly object[] }[] };
  expect(distros.map(({ code }) => code).sort()).toEqual([...DISTROS].sort());
  for (const { code, flavors } of distros) {
    const at = result.lines.findIndex((line) => line.startsWith(`${code} `));
    expect(at, code).toBeGreaterThanOrEqual(0);
    expect(flavors.length, code).toBeGreaterThan(0);
    expect(result.lines.slice(at + 1, at + 1 + flavors.length).filter((line) => !/^ {6}--flavor \w+ +--profile /.test(line))).toEqual([]);
  }
});
