/**
 * Adds up vitest's JSON reports of several tiers and prints what was skipped, what failed, and the closing line
 * `N passed, N failed, N skipped`. Exit code 1 when anything failed; with CI=true a skipped test is a failure.
 * Arguments: directory of the reports (`TIER.json`, and vitest's exit code in `TIER.status`), names of the tiers that ran, names of other
 * checks that failed (both separated by spaces).
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Assertion {
  readonly status: string;
  readonly fullName: string;
}

interface FileResult {
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly Assertion[];
}

interface Sum {
  passed: number;
  readonly failed: string[];
  readonly skipped: string[];
}

function addAssertion(sum: Sum, tier: string, assertion: Assertion): void {
  const label = `${tier}: ${assertion.fullName.trim()}`;
  if (assertion.status === 'passed') sum.passed += 1;
  else if (assertion.status === 'failed') sum.failed.push(label);
  else sum.skipped.push(label);
}

function addReport(sum: Sum, tier: string, directory: string): void {
  const path = join(directory, `${tier}.json`);
  if (!existsSync(path)) {
    sum.failed.push(`${tier}: the tier did not finish`);
    return;
  }
  const failedBefore = sum.failed.length;
  const { testResults } = JSON.parse(readFileSync(path, 'utf8')) as { readonly testResults: readonly FileResult[] };
  for (const file of testResults) {
    for (const assertion of file.assertionResults) addAssertion(sum, tier, assertion);
    // A file that cannot be loaded, or whose hooks fail, has no failed test of its own.
    const silent = file.status === 'failed' && !file.assertionResults.some((assertion) => assertion.status === 'failed');
    if (silent) sum.failed.push(`${tier}: ${file.name} failed outside its tests`);
  }
  // Errors that no test was blamed for, such as an unhandled rejection, show only in the exit code.
  const status = readFileSync(join(directory, `${tier}.status`), 'utf8');
  if (status !== '0' && sum.failed.length === failedBefore) sum.failed.push(`${tier}: vitest ended with status ${status}`);
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(' ').filter((word) => word !== '');
}

const [directory = '', tiers, broken] = process.argv.slice(2);
const sum: Sum = { passed: 0, failed: words(broken).map((name) => `${name}: see above`), skipped: [] };
for (const tier of words(tiers)) addReport(sum, tier, directory);

const strict = process.env.CI === 'true';
for (const label of sum.skipped) console.log(`${strict ? 'SKIPPED, which counts as failed here' : 'skipped'}: ${label}`);
for (const label of sum.failed) console.log(`FAILED: ${label}`);
const failed = sum.failed.length + (strict ? sum.skipped.length : 0);
console.log(`${sum.passed} passed, ${failed} failed, ${strict ? 0 : sum.skipped.length} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
