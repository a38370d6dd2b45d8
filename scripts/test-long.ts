/** Runs long tests as a whole, one after the other, and writes what came of each into `docs/evidence`. Arguments: see test-long.sh. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LONG_TESTS, type LongTestName } from '../test/support/long-tests.ts';
import { type Evidence, formatEvidence } from './test-long/evidence.ts';

const ROOT = new URL('..', import.meta.url).pathname;
const NAMES = (Object.keys(LONG_TESTS) as LongTestName[]).sort();

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}

function main(): number {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { list: { type: 'boolean' }, seed: { type: 'string' } } });
  if (values.list === true) {
    for (const name of NAMES) console.log(`${name.padEnd(18)} ${LONG_TESTS[name].full} ${LONG_TESTS[name].unit}`);
    return 0;
  }
  const unknown = positionals.filter((name) => !(NAMES as string[]).includes(name));
  if (unknown.length > 0) {
    console.error(`no long test is called ${unknown.join(', ')}; there are: ${NAMES.join(', ')}`);
    return 64;
  }
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  const chosen = positionals.length > 0 ? (positionals as LongTestName[]) : NAMES;
  const results = chosen.map((name) => ({ name, evidence: runLong(name, seed) }));
  console.log('');
  for (const { name, evidence } of results) {
    console.log(`${name}: ${evidence.passed} passed, ${evidence.failed} failed, ${evidence.skipped} skipped (seed ${seed})`);
  }
  return results.every(({ evidence }) => evidence.failed === 0) ? 0 : 1;
}

function runLong(name: LongTestName, seed: number): Evidence {
  const { file, full, unit } = LONG_TESTS[name];
  console.log(`\n== ${name}: ${full} ${unit} (seed ${seed})`);
  const directory = mkdtempSync(join(tmpdir(), 'test-long-'));
  try {
    const [report, counts] = [join(directory, 'report.json'), join(directory, 'counts')];
    const argv = ['run', '--config', 'test/vitest.config.ts', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, file];
    const env = { ...process.env, PIGSTY_TEST_LONG: name, PIGSTY_TEST_SEED: String(seed), PIGSTY_TEST_COUNTS: counts };
    const run = spawnSync('vitest', argv, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], env });
    const evidence = { name, unit, size: full, seed, ...present(), ...readReport(report, run.status), counts: readCounts(counts) };
    const folder = join(ROOT, 'docs/evidence');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.md`), formatEvidence(evidence));
    return evidence;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** When it was, and of which sources; a `+` says that they had been changed since that commit. */
function present(): { date: string; commit: string } {
  const git = (...argv: string[]) => spawnSync('git', argv, { cwd: ROOT, encoding: 'utf8' }).stdout.trim();
  const isChanged = git('status', '--porcelain', '--', ':!docs/evidence') !== '';
  return { date: new Date().toISOString().slice(0, 10), commit: `${git('rev-parse', '--short=12', 'HEAD')}${isChanged ? '+' : ''}` };
}

/** A run that was ended before its report is one failure. */
function readReport(path: string, status: number | null): Pick<Evidence, 'passed' | 'failed' | 'skipped'> {
  if (!existsSync(path)) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(path, 'utf8')) as Report;
  return { passed: numPassedTests, failed: numFailedTests === 0 && status !== 0 ? 1 : numFailedTests, skipped: numPendingTests };
}

function readCounts(path: string): Readonly<Record<string, number>> {
  if (!existsSync(path)) return {};
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return Object.assign({}, ...lines.map((line) => JSON.parse(line) as Record<string, number>)) as Record<string, number>;
}

process.exitCode = main();
