/**
 * Which packages come in, ours against dnf's on a real release with modules: single requests, with weak dependencies, with module streams
 * enabled, and several at once. Identical means the same set of NEVRAs. A sample in `npm test`, a thousand in the long test `dnf-choices`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createRpmProvider } from '../../src/rpm/candidates/provider.ts';
import { type LoadedFiles, RpmCandidatePool } from '../../src/rpm/candidates/rpm-candidate-pool.ts';
import { parseModuleChoices } from '../../src/rpm/modules/module-choices.ts';
import { resolveModules } from '../../src/rpm/modules/module-state.ts';
import { formatNevra } from '../../src/rpm/package/rpm-package.ts';
import { parseFilelists } from '../../src/rpm/repodata/filelists.ts';
import { solve } from '../../src/solve/solve.ts';
import { askDnf, type DnfAnswer, type DnfQuestion, hasDnf } from '../support/dnf-oracle.ts';
import { type ElRelease, findElRelease, partOf, readElRelease } from '../support/el-release.ts';
import { seedOfRun, sizeOf, tellCounts } from '../support/long-tests.ts';
import { seededRandom } from '../support/version-pairs.ts';

const dnf = hasDnf();
if (!dnf && process.env.CI === 'true') throw new Error("dnf's Python interface (python3-dnf) is needed and absent");
const place = findElRelease();
const dir = mkdtempSync(join(tmpdir(), 'dnf-choices-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

type Kind = 'single' | 'weak' | 'module' | 'joint';
type Question = DnfQuestion & { readonly kind: Kind };

/** At least so many of a hundred must be identical. */
const WANTED: Readonly<Record<Kind, number>> = { single: 99.5, weak: 99.5, module: 99.5, joint: 97 };

/** Our answers over pools that are made once for each set of streams. */
class Ours {
  readonly #release: ElRelease;
  readonly #pools = new Map<string, RpmCandidatePool>();
  #files: LoadedFiles = { asked: new Set(), byPkgid: new Map() };

  constructor(release: ElRelease) {
    this.#release = release;
  }

  async answer(question: Question): Promise<DnfAnswer> {
    const { install, weak = false, modules = [] } = question;
    const pool = this.#poolWith(modules);
    const provider = createRpmProvider(pool, install);
    const following = weak ? ({ weak: 'recommends' } as const) : {};
    const result = solve({ provider, requests: install.map((text) => ({ ...provider.findRequest(text, 'test'), ...following })) });
    if (await this.#loadPaths(provider.resolver.unresolvedPaths())) return this.answer(question);
    if (result.kind === 'solution') return { installs: result.selected.map((id) => formatNevra(pool.get(id).pkg)).sort() };
    return { problem: [...result.unknown.map(({ text }) => text), ...result.conflicts.flatMap(({ lines }) => lines)].join('\n') };
  }

  #poolWith(chosen: readonly string[]): RpmCandidatePool {
    const known = this.#pools.get(chosen.join());
    if (known !== undefined) return known;
    const { upstreams } = this.#release;
    const modules = resolveModules([this.#release.modules], { platform: 'el9', arch: 'x86_64', chosen: parseModuleChoices(chosen) });
    const pool = new RpmCandidatePool({ arch: 'x86_64', upstreams, modules, files: this.#files });
    this.#pools.set(chosen.join(), pool);
    return pool;
  }

  async #loadPaths(paths: readonly string[]): Promise<boolean> {
    const missing = paths.filter((path) => !this.#files.asked.has(path));
    if (missing.length === 0) return false;
    const asked = new Set([...this.#files.asked, ...missing]);
    const xml = partOf(this.#release.filelistsDir, 'filelists.xml.gz');
    this.#files = { asked, byPkgid: await parseFilelists(xml, (path) => asked.has(path), { source: 'filelists' }) };
    this.#pools.clear();
    return true;
  }
}

function draw(release: ElRelease, size: number): Question[] {
  const random = seededRandom(seedOfRun());
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const many = <T>(count: number, make: () => T): T[] => Array.from({ length: Math.ceil(count) }, make);
  const { repositories, upstreams, modules } = release;
  const native = upstreams.slice(0, 2).flatMap(({ packages }) => [...(packages as readonly { name: string; arch: string }[])]);
  const names = [...new Set(native.filter(({ arch }) => arch !== 'i686').map(({ name }) => name))].sort();
  const streams = modules.streams.flatMap(({ name, stream, artifacts }) => {
    const members = artifacts.filter((nevra) => !/\.(?:(?:no)?src|i686)$/.test(nevra)).map((nevra) => nevra.replace(/-[^-]+-[^-]+$/, ''));
    return members.length === 0 ? [] : [{ stream: `${name}:${stream}`, members }];
  });
  const ofStream = (): Question => {
    const { stream, members } = pick(streams);
    const install = [pick(random() < 0.7 ? members : names)];
    return { kind: 'module', install, weak: random() < 0.5, modules: [stream], repositories };
  };
  const several = () => [...new Set(many(2 + random() * 9, () => pick(names)))];
  return [
    ...many(size, (): Question => ({ kind: 'single', install: [pick(names)], repositories })),
    ...many(size, (): Question => ({ kind: 'weak', install: [pick(names)], weak: true, repositories })),
    ...many(size / 4, ofStream),
    ...many(size / 5, (): Question => ({ kind: 'joint', install: several(), weak: random() < 0.5, repositories })),
  ];
}

/** What decides about identity; the words of a refusal are each one's own. */
const comparable = (answer: DnfAnswer): string => ('problem' in answer ? 'refused' : answer.installs.join());
/** dnf also takes a package of the other word size where nothing native will do; we only when it was asked for. */
const isForeign = (answer: DnfAnswer): boolean => 'installs' in answer && answer.installs.some((nevra) => nevra.endsWith('.i686'));

const test =
  place === null ? (name: string) => console.log(`left out: ${name} (no AppStream beside PIGSTY_BUNDLE_REPODATA)`) : it.skipIf(!dnf);
test('the packages dnf takes, and none it would not', async () => {
  const release = await readElRelease(place!, dir);
  const questions = draw(release, sizeOf('dnf-choices'));
  const theirs = askDnf(questions);
  const ours = new Ours(release);
  const counts: Record<string, number> = {};
  const count = (what: string) => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  const differing: { question: Question; answer: DnfAnswer }[] = [];
  for (const [at, question] of questions.entries()) {
    count(question.kind);
    const answer = await ours.answer(question);
    if (comparable(answer) === comparable(theirs[at]!)) continue;
    count(`${question.kind} differing${isForeign(theirs[at]!) ? ', dnf takes i686' : ''}`);
    console.log(`${question.kind} ${question.install.join()} ${question.modules?.join() ?? ''}: ${described(answer, theirs[at]!)}`);
    differing.push({ question, answer });
  }
  tellCounts('dnf-choices', counts);
  for (const kind of ['single', 'weak', 'module', 'joint'] as const) {
    const same = 100 * (1 - (counts[`${kind} differing`] ?? 0) / (counts[kind] ?? 1));
    expect(same, `${kind}, seed ${seedOfRun()}`).toBeGreaterThanOrEqual(WANTED[kind]);
  }
  expectAccepted(differing);
}, 3_600_000);

/** What we choose otherwise, dnf must take as it is. */
function expectAccepted(differing: readonly { question: Question; answer: DnfAnswer }[]): void {
  const chosen = differing.flatMap(({ question, answer }) => ('installs' in answer ? [{ ...question, install: answer.installs }] : []));
  if (chosen.length === 0) return;
  expect(askDnf(chosen.map((one) => ({ ...one, weak: false }))).map(comparable)).toEqual(chosen.map(({ install }) => install.join()));
}

function described(ours: DnfAnswer, theirs: DnfAnswer): string {
  if ('problem' in ours || 'problem' in theirs) return JSON.stringify({ ours, theirs }).slice(0, 600);
  const [a, b] = [new Set(ours.installs), new Set(theirs.installs)];
  return `only ours: ${[...a.difference(b)].join(' ') || '-'}; only dnf's: ${[...b.difference(a)].join(' ') || '-'}`;
}
