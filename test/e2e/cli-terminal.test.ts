/** What the program does with a real terminal (made by script(1)): one line that is redrawn, that fits, without colours. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { shellWord } from '../../src/cli/bundle/render/shell-word.ts';
import { BUNDLE_PROGRAM, cliEnvironment } from '../lab/cli/run-cli.ts';
import { BUILD, startMirror, toyLab } from '../lab/cli/toy-lab.ts';
import { hasProgram } from '../lab/hosts/lab-unavailable.ts';
import { TOY_PACKAGES, toyArchive } from '../lab/upstreams/toy-archive.ts';

const LARGE = { name: 'large', files: { '/usr/share/large': randomBytes(6 << 20).toString('base64') } };
/** Of half a mebibyte: the program tells of every quarter. */
const PIECES = 12;
const ESCAPE = '\u001b';

/**
 * Everything the program wrote to a terminal of that width while it downloaded one large file, whose pieces come when the one before has
 * been drawn.
 */
async function session(columns: number): Promise<string> {
  const lab = await toyLab();
  const mirror = await startMirror(await toyArchive({ packages: [...TOY_PACKAGES, LARGE] }));
  const path = 'pool/large_1.0_all.deb';
  mirror.answers.set(path, async (_, response) => {
    const bytes = mirror.files.get(path)!;
    response.writeHead(200, { 'content-length': bytes.length });
    const step = Math.ceil(bytes.length / PIECES);
    for (let at = 0, shown = -1; at < bytes.length; at += step) {
      response.write(bytes.subarray(at, at + step));
      const before = shown;
      do {
        await new Promise((resolve) => setTimeout(resolve, 20));
        shown = lastPercent(readFileSync(lab.path('log'), 'utf8'));
      } while (shown <= before && !response.destroyed);
    }
    response.end();
  });
  await lab.overlay([mirror.url], { more: { profiles: { toy: { description: 'toy', packages: ['hello', 'large'] } } } });
  const words = [process.execPath, BUNDLE_PROGRAM, ...BUILD].map(shellWord).join(' ');
  const child = spawn('script', ['-qefc', `stty cols ${columns}; ${words}`, 'log'], {
    cwd: lab.dir,
    env: { ...cliEnvironment(lab.dir, {}), TERM: 'xterm', SHELL: '/bin/sh' },
    stdio: 'ignore',
  });
  const [code] = (await once(child, 'close')) as [number];
  const log = readFileSync(lab.path('log'), 'utf8');
  expect(code, log).toBe(0);
  return log;
}

/** The lines a bar was drawn as, in order. */
function drawn(log: string): string[] {
  return log
    .split(`${ESCAPE}[1G`)
    .slice(1)
    .map((piece) => piece.split(ESCAPE)[0] ?? '')
    .filter((line) => line !== '');
}

/** Of the bar as it was drawn last; -1 when none was. */
function lastPercent(log: string): number {
  return Number(/(?:^| )(\d+)% /.exec(drawn(log).at(-1) ?? '')?.[1] ?? -1);
}

describe.skipIf(!hasProgram('script') && process.env.CI !== 'true')('on a terminal', () => {
  it.each([
    [100, /^Fetching 3 packages \[=+-+\] \d+% \d\.\d MiB of 6\.0 MiB, \d+\.\d [KM]iB\/s, \d+\.\ds left$/],
    [44, /^(?:Fetc\S* )?\d+% \d+\.\d [KM]iB of 6\.0 MiB, \d+\.\d [KM]iB\/s/],
  ])('of %i columns one line grows with every piece of a large file', async (columns, pattern) => {
    const log = await session(columns);
    const lines = drawn(log);
    const fetching = lines.filter((line) => pattern.test(line));
    expect(fetching.length, lines.join('\n')).toBeGreaterThan(3);
    const percents = fetching.map((line) => Number(/(\d+)%/.exec(line)?.[1]));
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
    for (const line of lines) expect(line.length, line).toBeLessThan(columns);
  });

  it('leaves it as it was: no colour, the cursor shown, wrapping on, finished phases as lines', async () => {
    const log = await session(80);
    expect(log).not.toMatch(new RegExp(`${ESCAPE}\\[\\d+(?:;\\d+)*m`));
    for (const [off, on] of [
      ['[?25l', '[?25h'],
      ['[?7l', '[?7h'],
    ] as const) {
      expect(log.lastIndexOf(ESCAPE + on)).toBeGreaterThan(log.lastIndexOf(ESCAPE + off));
    }
    expect(log).toMatch(/Fetching 3 packages: 3 downloaded \(6\.0 MiB\), 0 already there \(\d+\.\ds\)\r\n/);
    expect(log).toMatch(/next: {6}pigsty-bundle verify \//);
  });
});
