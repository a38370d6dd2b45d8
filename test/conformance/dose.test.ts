/**
 * dose-debcheck is complete: it says for every package of an archive whether it can be installed at all. Our resolver must give the same
 * answer for a random sample and for every package dose calls broken.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { solve } from '../../src/solve/solve.ts';
import { seedOfRun, sizeOf, tellCounts } from '../support/long-tests.ts';
import { allPackages, nativeArch, providerOf, readArchive, sample, whyNoArchive } from './debian-archive.ts';

const DOSE = '/usr/bin/dose-debcheck';
const reason = whyNoArchive(['/usr/bin/apt-get', '/usr/lib/apt/apt-helper', DOSE]);

it.skipIf(reason !== null && process.env.CI !== 'true')(`agrees with dose-debcheck on what can be installed ${reason ?? ''}`, () => {
  const archive = readArchive();
  const broken = brokenByDose(archive.map(({ bytes }) => bytes));
  const provider = providerOf(archive);
  const all = allPackages(archive);
  const chosen = [...sample(all, sizeOf('dose-sample'), seedOfRun()), ...all.filter((found) => broken.has(keyOf(found)))];
  const differences: string[] = [];
  for (const found of chosen) {
    const result = solve({ provider, requests: [provider.findRequest(`${found.name}=${found.version}`, 'test')] });
    const isBroken = broken.has(keyOf(found));
    if ((result.kind === 'unsatisfiable') !== isBroken) differences.push(`${keyOf(found)}: ours ${result.kind}, dose broken=${isBroken}`);
    if (result.kind === 'unsatisfiable') expect(result.conflicts[0]?.lines.length, keyOf(found)).toBeGreaterThan(0);
  }
  tellCounts('dose-sample', { packages: all.length, broken: broken.size, compared: chosen.length, differences: differences.length });
  expect(broken.size).toBeLessThan(all.length / 10);
  expect(differences).toEqual([]);
});

function keyOf(found: { name: string; version: string; arch: string }): string {
  return `${found.name} ${found.version}`;
}

function brokenByDose(files: readonly Buffer[]): Set<string> {
  const dir = mkdtempSync(join(tmpdir(), 'dose-'));
  try {
    const paths = files.map((bytes, at) => {
      const path = join(dir, `${at}.Packages`);
      writeFileSync(path, bytes);
      return path;
    });
    // Like our requests, without the Essential packages that dose would otherwise add to each check.
    const args = ['--deb-native-arch', nativeArch(), '--deb-ignore-essential', '--failures', '--quiet', ...paths];
    const run = spawnSync(DOSE, args, { maxBuffer: 1 << 30 });
    // 0: all installable; below 64: some are not.
    if (run.status === null || run.status >= 64) throw new Error(`dose-debcheck: ${run.stderr.toString().slice(0, 2000)}`);
    return parseBroken(run.stdout.toString());
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Items of dose's report, ` -` then `  package:` and `  version:` lines. */
function parseBroken(report: string): Set<string> {
  const broken = new Set<string>();
  let name = '';
  for (const line of report.split('\n')) {
    const match = /^ {2}(package|version): (.*)$/.exec(line);
    if (match?.[1] === 'package') name = match[2] ?? '';
    if (match?.[1] === 'version') broken.add(`${name} ${match[2]}`);
  }
  return broken;
}
