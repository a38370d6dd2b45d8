/** Long tests: each is where it is said to be, its sample stays in `npm test`, and its evidence is written the same way each time. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatEvidence } from '../../scripts/test-long/evidence.ts';
import { runCommand } from '../lab/hosts/run-command.ts';
import { LONG_TESTS } from '../support/long-tests.ts';

const SCRIPT = new URL('../../scripts/test-long.ts', import.meta.url).pathname;

describe.each(Object.entries(LONG_TESTS))('%s', (name, { file, sample, full }) => {
  it('is the size of something in its file, and its counts are told there', () => {
    const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
    expect(text).toContain(`sizeOf('${name}')`);
    expect(text).toContain(`tellCounts('${name}', `);
  });

  it('leaves a sample in the ordinary run', () => {
    expect(sample).toBeGreaterThan(0);
    expect(full).toBeGreaterThanOrEqual(sample);
  });
});

it('lists all of them, and refuses a name that is none of them', async () => {
  const listed = await runCommand([process.execPath, SCRIPT, '--list']);
  expect(
    listed.stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0]),
  ).toEqual(Object.keys(LONG_TESTS).sort());
  const refused = await runCommand([process.execPath, SCRIPT, 'no-such-test']);
  expect(refused).toMatchObject({
    status: 64,
    stderr: `no long test is called no-such-test; there are: ${Object.keys(LONG_TESTS).sort().join(', ')}\n`,
  });
});

it('writes a page whose rows do not depend on the order in which the test counted', () => {
  const run = { name: 'kills', unit: 'moments', size: 20, seed: 7, date: '2026-01-02', commit: 'abc', passed: 1, failed: 0, skipped: 0 };
  const page = formatEvidence({ ...run, counts: { b: 2, a: 1 } });
  expect(formatEvidence({ ...run, counts: { a: 1, b: 2 } })).toBe(page);
  expect(page).toBe(`# kills

20 moments. The last run; the same again: \`npm run test:long -- --seed 7 kills\`.

| | |
|---|---|
| date | 2026-01-02 |
| commit | abc |
| size | 20 |
| seed | 7 |
| tests passed | 1 |
| tests failed | 0 |
| tests skipped | 0 |
| a | 1 |
| b | 2 |
`);
});
