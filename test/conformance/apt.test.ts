/**
 * Random packages of the whole archive, each a request of its own on an empty system, and several at once. Where `apt-get -s install`
 * succeeds we must, and apt must accept exactly what we chose; where it fails we must explain. apt's resolver gives up on some requests
 * that have a solution: such a selection is proved with dose-debcheck and counted apart. Some in `npm test`, many in the long tests
 * `apt-sample` and `apt-joint`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { afterAll, expect, it } from 'vitest';
import type { DebProvider } from '../../src/deb/candidates/provider.ts';
import { solve } from '../../src/solve/solve.ts';
import type { SolveResult } from '../../src/solve/types.ts';
import { seedOfRun, sizeOf, tellCounts } from '../support/long-tests.ts';
import { seededRandom } from '../support/version-pairs.ts';
import { allPackages, nativeArch, providerOf, readArchive, sample, whyNoArchive } from './debian-archive.ts';
import { PrivateApt } from './private-apt.ts';

const PARALLEL = 2;
const reason = whyNoArchive(['/usr/bin/apt-get', '/usr/lib/apt/apt-helper', '/usr/bin/dose-debcheck']);
const dir = mkdtempSync(join(tmpdir(), 'apt-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

type Verdict = 'same selection' | 'smaller' | 'apt accepts ours' | 'both refuse' | 'apt gave up, ours proved' | 'DIFFERENT';

it.skipIf(reason !== null && process.env.CI !== 'true')(
  `agrees with apt on random packages of the archive ${reason ?? ''}`,
  async () => {
    const archive = readArchive();
    const provider = providerOf(archive);
    const apt = new PrivateApt(
      join(dir, 'root'),
      nativeArch(),
      archive.map(({ bytes }) => bytes),
    );
    const names = [...new Set(allPackages(archive).map(({ name }) => name))].sort();
    const limit = pLimit(PARALLEL);
    const chosen = sample(names, sizeOf('apt-sample'), seedOfRun());
    const outcomes = await Promise.all(chosen.map((name) => limit(async () => ({ name, ...(await judge([name], provider, apt)) }))));
    const counts = new Map<string, number>();
    for (const { verdict } of outcomes) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    tellCounts('apt-sample', { names: names.length, compared: chosen.length, ...Object.fromEntries(counts) });
    for (const { name, verdict, detail } of outcomes) if (detail !== '') console.log(`${name}: ${verdict}: ${detail}`);
    expect(outcomes.filter(({ verdict }) => verdict === 'DIFFERENT')).toEqual([]);
  },
  1_200_000,
);

it.skipIf(reason !== null && process.env.CI !== 'true')(
  `takes what apt takes, or less, for several packages at once ${reason ?? ''}`,
  async () => {
    const archive = readArchive();
    const provider = providerOf(archive);
    const apt = new PrivateApt(
      join(dir, 'joint'),
      nativeArch(),
      archive.map(({ bytes }) => bytes),
    );
    const names = [...new Set(allPackages(archive).map(({ name }) => name))].sort();
    const random = seededRandom(seedOfRun());
    const draw = () => sample(names, 2 + Math.floor(random() * 9), Math.floor(random() * 2 ** 31)).sort();
    const asked = Array.from({ length: sizeOf('apt-joint') }, draw);
    const limit = pLimit(PARALLEL);
    const outcomes = await Promise.all(asked.map((one) => limit(async () => ({ one, ...(await judge(one, provider, apt)) }))));
    const counts = new Map<string, number>();
    for (const { verdict } of outcomes) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    tellCounts('apt-joint', { compared: asked.length, ...Object.fromEntries(counts) });
    for (const { one, verdict, detail } of outcomes) if (detail !== '') console.log(`${one.join()}: ${verdict}: ${detail}`);
    const worse = outcomes.filter(({ verdict }) => verdict === 'DIFFERENT' || verdict === 'apt accepts ours');
    // As many as apt's, but others, is allowed for three of a hundred; more never.
    expect(worse.filter(({ verdict, more }) => verdict === 'DIFFERENT' || more > 0)).toEqual([]);
    expect(worse.length).toBeLessThanOrEqual(asked.length * 0.03);
  },
  3_600_000,
);

async function judge(
  names: readonly string[],
  provider: DebProvider,
  apt: PrivateApt,
): Promise<{ verdict: Verdict; detail: string; more: number }> {
  const result = solve({ provider, requests: names.map((name) => provider.findRequest(name, 'test')) });
  const answer = await apt.simulate(names);
  if (result.kind === 'unsatisfiable') {
    const lines = result.conflicts[0]?.lines ?? [];
    const isExplained = result.unknown.length > 0 || lines.length > 0;
    if (answer.ok) return { verdict: 'DIFFERENT', detail: `apt can, we say: ${lines.join(' / ')}`, more: 0 };
    return { verdict: isExplained ? 'both refuse' : 'DIFFERENT', detail: lines.join(' / '), more: 0 };
  }
  const ours = selectionOf(result, provider);
  const more = answer.ok ? ours.length - answer.installed.length : 0;
  if (answer.ok && answer.installed.join() === ours.join()) return { verdict: 'same selection', detail: '', more };
  const accepted = await apt.simulate(ours);
  if (accepted.ok && accepted.installed.join() === ours.join()) {
    const verdict = !answer.ok ? 'apt gave up, ours proved' : more < 0 ? 'smaller' : 'apt accepts ours';
    return { verdict, detail: describeDifference(answer.installed, ours), more };
  }
  if (!answer.ok && isProved(result, provider)) return { verdict: 'apt gave up, ours proved', detail: answer.output.slice(-300), more };
  return { verdict: 'DIFFERENT', detail: `apt ok=${answer.ok}, ours not accepted: ${accepted.output.slice(-1000)}`, more };
}

function selectionOf(result: Extract<SolveResult, { kind: 'solution' }>, provider: DebProvider): string[] {
  return result.selected
    .map((id) => provider.pool.describe(id))
    .map(({ name, version }) => `${name}=${version}`)
    .sort();
}

function describeDifference(theirs: readonly string[], ours: readonly string[]): string {
  const more = ours.filter((item) => !theirs.includes(item));
  const less = theirs.filter((item) => !ours.includes(item));
  return `${ours.length} packages, apt ${theirs.length}; only ours: ${more.join(' ') || '-'}; only apt's: ${less.join(' ') || '-'}`;
}

/** dose, which is complete, must be able to install all of the selection at once from the selection alone. */
function isProved(result: Extract<SolveResult, { kind: 'solution' }>, provider: DebProvider): boolean {
  const path = join(dir, 'selection.Packages');
  const chosen = result.selected.map((id) => provider.pool.describe(id));
  const wanted = chosen.map(({ name, version }) => `${name} (= ${version})`).join(', ');
  const together = `Package: all-together\nVersion: 1\nArchitecture: all\nDepends: ${wanted}\n\n`;
  writeFileSync(path, together + chosen.map(({ stanza }) => stanza.toString()).join('\n'));
  try {
    execFileSync('dose-debcheck', ['--deb-native-arch', nativeArch(), '--deb-ignore-essential', '--quiet', path], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}
