import { spawnSync } from 'node:child_process';
import { afterEach, expect, it, vi } from 'vitest';

const BIN = new URL('../../../src/cli/bin/', import.meta.url).pathname;
/** Plain JavaScript, without declarations. */
const { requireNode24 }: { requireNode24: (program: string) => boolean } = await import(`${BIN}require-node.js`);
const exitCode = process.exitCode;
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = exitCode;
});

it('lets the Node of this project pass', () => {
  expect(requireNode24('pigsty-bundle')).toBe(true);
});

it('refuses an older one in one line that says what to do', () => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.spyOn(process, 'versions', 'get').mockReturnValue({ ...process.versions, node: '20.20.2' });
  expect(requireNode24('pigsty-bundle')).toBe(false);
  expect(process.exitCode).toBe(78);
  expect(said.mock.calls.map(([text]) => text)).toEqual([
    expect.stringMatching(/^pigsty-bundle: Node 20\.20\.2 is too old, .*"npx pigsty-bundle"\.\n$/),
  ]);
});

it.each(['pigsty-bundle', 'pigsty-install'])('%s starts from a clone', (program) => {
  const { status, stdout } = spawnSync(process.execPath, [`${BIN}${program}.js`, '--version'], { encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
});
