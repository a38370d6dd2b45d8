import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CommandResult, runCommand } from '../lab/hosts/run-command.ts';

const SCRIPT = new URL('../../scripts/sum-test-reports.ts', import.meta.url).pathname;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sum-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function report(tier: string, statuses: readonly string[], fileStatus = 'passed', exit = '0'): void {
  const assertionResults = statuses.map((status, index) => ({ status, fullName: `test ${index}` }));
  writeFileSync(
    join(directory, `${tier}.json`),
    JSON.stringify({ testResults: [{ name: 'a.test.ts', status: fileStatus, assertionResults }] }),
  );
  writeFileSync(join(directory, `${tier}.status`), exit);
}

function sum(tiers: string, broken = '', ci = ''): Promise<CommandResult> {
  return runCommand([process.execPath, SCRIPT, directory, tiers, broken], { env: { CI: ci } });
}

function lastLine(result: CommandResult): string | undefined {
  return result.stdout.trimEnd().split('\n').at(-1);
}

it('adds up the tiers', async () => {
  report('unit', ['passed', 'passed']);
  report('e2e', ['passed', 'skipped', 'todo']);
  const result = await sum('unit e2e');
  expect([result.status, lastLine(result)]).toEqual([0, '3 passed, 0 failed, 2 skipped']);
});

it('counts a skipped test as failed where CI=true', async () => {
  report('e2e', ['passed', 'skipped']);
  const result = await sum('e2e', '', 'true');
  expect([result.status, lastLine(result)]).toEqual([1, '1 passed, 1 failed, 0 skipped']);
});

it.each([
  ['a failed test', ['passed', 'failed'], 'failed', '1'],
  ['a file that failed outside its tests', ['passed'], 'failed', '1'],
  ['an error no test was blamed for', ['passed'], 'passed', '1'],
])('counts %s once', async (_name, statuses, fileStatus, exit) => {
  report('unit', statuses, fileStatus, exit);
  const result = await sum('unit');
  expect([result.status, lastLine(result)]).toEqual([1, '1 passed, 1 failed, 0 skipped']);
});

it('counts a tier without a report and a failed check', async () => {
  report('unit', ['passed']);
  const result = await sum('unit conformance', 'types style');
  expect([result.status, lastLine(result)]).toEqual([1, '1 passed, 3 failed, 0 skipped']);
});
