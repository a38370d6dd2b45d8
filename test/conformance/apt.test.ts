/**
 * Random packages of the whole archive, each a request of its own on an empty system. Where `apt-get -s install` succeeds we must, and apt
 * must accept exactly what we chose; where it fails we must explain. apt's resolver gives up on some requests that have a solution: such a
 * selection is proved with dose-debcheck and counted apart. Some in `npm test`, many in the long test `apt-sample`.
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
import { allPackages, nativeArch, providerOf, readArchive, sample, whyNoArchive } from './debian-archive.ts';
import { PrivateApt } from './private-apt.ts';

const PARALLEL = 2;
const reason = whyNoArchive(['/usr/bin/apt-get', '/usr/lib/apt/apt-helper', '/usr/bin/dose-debcheck']);
const dir = mkdtempSync(join(tmpdir(), 'apt-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

type Verdict = 'same selection' | 'apt accepts ours' | 'both refuse' | 'apt gave up, ours proved' | 'DIFFERENT';

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
    const outcomes = await Promise.all(chosen.map((name) => limit(async () => ({ name, ...(await judge(name, provider, apt)) }))));
    const counts = new Map<string, number>();
    for (const { verdict } of outcomes) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    tellCounts('apt-sample', { names: names.length, compared: chosen.length, ...Object.fromEntries(counts) });
    for (const { name, verdict, detail } of outcomes) if (detail !== '') console.log(`${name}: ${verdict}: ${detail}`);
    expect(outcomes.filter(({ verdict }) => verdict === 'DIFFERENT')).toEqual([]);
  },
  1_200_000,
);

async function judge(name: string, provider: DebProvider, apt: PrivateApt): Promise<{ verdict: Verdict; detail: string }> {
  const result = solve({ provider, requests: [provider.findRequest(name, 'test')] });
  const answer = await apt.simulate([name]);
  if (result.kind === 'unsatisfiable') {
    const lines = result.conflicts[0]?.lines ?? [];
    const isExplained = result.unknown.length > 0 || lines.length > 0;
    if (answer.ok) return { verdict: 'DIFFERENT', detail: `apt can, we say: ${lines.join(' / ')}` };
    return { verdict: isExplained ? 'both refuse' : 'DIFFERENT', detail: lines.join(' / ') };
  }
  const ours = selectionOf(result, provider);
  if (answer.ok && answer.installed.join() === ours.join()) return { verdict: 'same selection', detail: '' };
  const accepted = await apt.simulate(ours);
  if (accepted.ok && accepted.installed.join() === ours.join()) {
    return { verdict: answer.ok ? 'apt accepts ours' : 'apt gave up, ours proved', detail: describeDifference(answer.installed, ours) };
  }
  if (!answer.ok && isProved(result, provider)) return { verdict: 'apt gave up, ours proved', detail: answer.output.slice(-300) };
  return { verdict: 'DIFFERENT', detail: `apt ok=${answer.ok}, ours not accepted: ${accepted.output.slice(-1000)}` };
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
