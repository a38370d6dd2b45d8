/**
 * Our choice of packages against the real dnf's: a table of hard cases, random worlds, and real Enterprise Linux metadata where it is at
 * hand.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAppError } from '../../src/base/errors.ts';
import { createRpmProvider } from '../../src/rpm/candidates/provider.ts';
import { type LoadedFiles, RpmCandidatePool, type RpmUpstream } from '../../src/rpm/candidates/rpm-candidate-pool.ts';
import { parseModuleChoices } from '../../src/rpm/modules/module-choices.ts';
import { type ModuleState, resolveModules } from '../../src/rpm/modules/module-state.ts';
import { type Modules, parseModules } from '../../src/rpm/modules/modulemd.ts';
import { formatNevra, type RpmPackage } from '../../src/rpm/package/rpm-package.ts';
import { parseFilelists } from '../../src/rpm/repodata/filelists.ts';
import { parsePrimary } from '../../src/rpm/repodata/primary.ts';
import { formatRepodata } from '../../src/rpm/write/format-repodata.ts';
import { solve } from '../../src/solve/solve.ts';
import { HARD_CASES, MODULES_YAML, writeHardRepositories } from '../lab/upstreams/hard-rpm-cases.ts';
import { randomWorlds } from '../lab/upstreams/random-rpm-worlds.ts';
import { toyRpm } from '../lab/upstreams/toy-rpms.ts';
import { askDnf, type DnfAnswer, type DnfQuestion, hasDnf } from '../support/dnf-oracle.ts';
import { seedOfRun, sizeOf, tellCounts } from '../support/long-tests.ts';
import { seededRandom } from '../support/version-pairs.ts';

const REAL_REPODATA = process.env.PIGSTY_BUNDLE_REPODATA ?? '';
const seed = seedOfRun();

const dnf = hasDnf();
if (!dnf && process.env.CI === 'true') throw new Error("dnf's Python interface (python3-dnf) is needed and absent");

interface OurQuestion {
  readonly install: readonly string[];
  readonly upstreams: readonly RpmUpstream[];
  /** Directories of the repositories, to read filelists when a path is wanted. */
  readonly dirs: readonly string[];
  readonly weak?: boolean;
  readonly modules?: ModuleState;
}

/** Without real metadata this is said, not counted as skipped: everything is then proved with built packages. */
function leaveOut(name: string): void {
  console.log(`left out: ${name} (PIGSTY_BUNDLE_REPODATA names no repodata folder)`);
}

/** Our answer in dnf's form. */
async function askUs(question: OurQuestion, files?: LoadedFiles): Promise<DnfAnswer> {
  const { install, upstreams, dirs, weak = false, modules } = question;
  const extra = { ...(modules === undefined ? {} : { modules }), ...(files === undefined ? {} : { files }) };
  const pool = new RpmCandidatePool({ arch: 'x86_64', upstreams, ...extra });
  const provider = createRpmProvider(pool, install);
  const following = weak ? ({ weak: 'recommends' } as const) : {};
  const requests = install.map((text) => ({ ...provider.findRequest(text, 'test'), ...following }));
  const result = solve({ provider, requests });
  const paths = provider.resolver.unresolvedPaths();
  if (paths.length > 0 && files === undefined) return askUs(question, await loadFiles(dirs, new Set(paths)));
  if (result.kind === 'solution') return { installs: result.selected.map((id) => formatNevra(pool.get(id).pkg)).sort() };
  return { problem: [...result.unknown.map(({ text }) => text), ...result.conflicts.flatMap(({ lines }) => lines)].join('\n') };
}

async function askWithModules(question: OurQuestion, documents: readonly Modules[], chosen: readonly string[] = []): Promise<DnfAnswer> {
  try {
    return await askUs({
      ...question,
      modules: resolveModules(documents, { platform: 'el9', arch: 'x86_64', chosen: parseModuleChoices(chosen) }),
    });
  } catch (error) {
    if (!isAppError(error, 'SOLVE_UNSATISFIABLE')) throw error;
    return { problem: error.message };
  }
}

async function loadFiles(dirs: readonly string[], asked: ReadonlySet<string>): Promise<LoadedFiles> {
  const parts = await Promise.all(
    dirs.map(async (dir) => parseFilelists(await readPart(dir, 'filelists.xml'), (path) => asked.has(path), { source: dir })),
  );
  return { asked, byPkgid: new Map(parts.flatMap((part) => [...part])) };
}

/** Both refuse, or both install the same. The words of a refusal are each one's own. */
function comparable(answer: DnfAnswer): unknown {
  return 'problem' in answer ? 'refused' : answer.installs;
}

async function readRepository(dir: string): Promise<RpmPackage[]> {
  return parsePrimary(await readPart(dir, 'primary.xml'), { source: dir });
}

async function readPart(dir: string, part: string): Promise<Buffer> {
  const name = readdirSync(join(dir, 'repodata')).find((file) => file.endsWith(`${part}.gz`));
  if (name === undefined) throw new Error(`${dir} has no ${part}`);
  return gunzipSync(readFileSync(join(dir, 'repodata', name)));
}

/** A repository of packages rpmbuild would not build, or that need no payload. Returns its URL. */
function writeRepository(name: string, packages: readonly RpmPackage[]): string {
  const root = join(dir, name);
  const published = packages.map((pkg) => ({ pkg, files: null }));
  for (const { path, bytes } of formatRepodata(published, { snapshotSec: 1 })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
  return `file://${root}`;
}

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'dnf-conformance-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe.skipIf(!dnf)('as dnf does', () => {
  describe('hard cases', () => {
    const upstreams = new Map<string, RpmUpstream>();
    let answers: readonly DnfAnswer[] = [];

    beforeAll(async () => {
      const repositories = await writeHardRepositories(dir);
      for (const { name, url, ...rank } of repositories)
        upstreams.set(name, { name, packages: await readRepository(new URL(url).pathname), ...rank });
      answers = askDnf(
        HARD_CASES.map(({ from, ...question }) => ({ ...question, repositories: repositories.filter(({ name }) => from.includes(name)) })),
      );
    }, 300_000);

    it.each(HARD_CASES.map((one, at) => [one.about, one, at] as const))('%s', async (_about, one, at) => {
      const dirs = one.from.map((name) => join(dir, name));
      const yaml = one.from.flatMap((name) => MODULES_YAML[name] ?? []);
      const documents = await Promise.all(yaml.map((text) => parseModules(Buffer.from(text), { source: 'modules.yaml' })));
      const { modules: chosen, ...question } = one;
      const ours = await askWithModules({ ...question, dirs, upstreams: one.from.map((name) => upstreams.get(name)!) }, documents, chosen);
      const theirs = answers[at]!;
      expect(comparable(ours), JSON.stringify({ ours, theirs }, null, 1)).toEqual(comparable(theirs));
      if (one.expected !== undefined) expect(comparable(ours)).toEqual(one.expected);
    });
  });

  it('random worlds of rich dependencies: satisfiable for both or for neither', async () => {
    const worlds = randomWorlds(seededRandom(seed), sizeOf('dnf-worlds'));
    const packages = worlds.flatMap((world) => world.packages);
    const repositories = [{ name: 'random', url: writeRepository('random', packages) }];
    const answers = askDnf(worlds.map(({ install }): DnfQuestion => ({ install, repositories })));
    const upstreams = [{ name: 'random', packages }];
    const ours = await Promise.all(worlds.map(({ install }) => askUs({ install, upstreams, dirs: [] })));
    const differing = worlds.flatMap(({ install }, at) =>
      'problem' in ours[at]! === 'problem' in answers[at]! ? [] : [{ install, ours: ours[at], theirs: answers[at] }],
    );
    const refused = ours.filter((answer) => 'problem' in answer).length;
    tellCounts('dnf-worlds', { worlds: worlds.length, refused, differing: differing.length });
    expect(differing, `seed ${seed}`).toEqual([]);
    expect(new Set(ours.map((answer) => 'problem' in answer)).size).toBe(2);
  });

  it('takes a weak dependency it cannot read for none', async () => {
    const unreadable = { supplements: ['(app and'], enhances: ['(app and'], recommends: ['(other or', 'friend'], suggests: ['(other or'] };
    const packages = [toyRpm('app', { requires: ['odd'] }), toyRpm('odd', unreadable), toyRpm('plugin', unreadable), toyRpm('friend')];
    const repositories = [{ name: 'unreadable', url: writeRepository('unreadable', packages) }];
    const [theirs] = askDnf([{ install: ['app'], weak: true, repositories }]);
    const ours = await askUs({ install: ['app'], weak: true, dirs: [], upstreams: [{ name: 'unreadable', packages }] });
    expect(ours).toEqual(theirs);
    expect(ours).toEqual({ installs: ['app-1-1.noarch', 'friend-1-1.noarch', 'odd-1-1.noarch'] });
  });

  const withRealMetadata = REAL_REPODATA === '' ? leaveOut : it;
  withRealMetadata('packages of real metadata, half of them with weak dependencies: the same packages, or both refuse', async () => {
    const real = dirname(REAL_REPODATA);
    const packages = await readRepository(real);
    const names = [...new Set(packages.map(({ name }) => name))].sort();
    const random = seededRandom(seed);
    const sample = Array.from({ length: sizeOf('dnf-packages') }, () => names[Math.floor(random() * names.length)]!);
    const repositories = [{ name: 'baseos', url: `file://${real}` }];
    const isWeak = (at: number): boolean => at % 2 === 1;
    const theirs = askDnf(sample.map((name, at): DnfQuestion => ({ install: [name], repositories, weak: isWeak(at) })));
    const upstreams = [{ name: 'baseos', packages }];
    for (const [at, name] of sample.entries()) {
      const ours = await askUs({ install: [name], upstreams, dirs: [real], weak: isWeak(at) });
      expect(comparable(ours), `${name}, seed ${seed}`).toEqual(comparable(theirs[at]!));
      if ('problem' in ours) expect(ours.problem).toContain(name);
    }
    tellCounts('dnf-packages', { packages: sample.length, refused: theirs.filter((answer) => 'problem' in answer).length, differing: 0 });
  });
});
