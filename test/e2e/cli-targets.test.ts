/** One run for several targets, as a child process: `--distro u24,el9,d12`, and the cron job that asks whether there is something new. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/base/events.ts';
import { BUNDLE, expectBuilt, startMirror, type ToyLab, toyLab } from '../lab/cli/toy-lab.ts';
import { writeElUpstream } from '../lab/embedded/write-el-upstream.ts';
import { writeEmbeddedUpstream } from '../lab/embedded/write-upstream.ts';
import { TOY_DATE_SEC, TOY_PACKAGES, TOY_SUITE, toyArchive, toyKey } from '../lab/upstreams/toy-archive.ts';
import { toyElUpstream } from '../lab/upstreams/toy-el-upstream.ts';

const WHERE = ['--manifest', 'overlay.yaml', '--store', 'store'];
const MAKE = [...WHERE, '--output', 'out', '--no-installer'];
const BUILD = ['build', '--profile', 'toy', ...MAKE];
const bundleOf = (target: string): string => BUNDLE.replace('d12.x86_64', target);

/** One overlay for three distros of two families, each with a mirror of its own. */
async function severalLab() {
  const lab = await toyLab();
  const { fingerprint } = await toyKey();
  const [deb, rpm] = [await startMirror(await toyArchive()), await startMirror(await toyElUpstream())];
  const both = { name: 'toy', key: 'toy' };
  const overlay = {
    schema: 1,
    only: ['toy'],
    keys: { toy: { fingerprints: [fingerprint], keyrings: [lab.path('key.asc')], urls: [] } },
    upstreams: [
      { ...both, on: ['u24', 'd12'], url: deb.url, suite: TOY_SUITE, components: ['main'], signed: ['metadata'] },
      { ...both, on: ['el9'], url: rpm.url, signed: ['metadata', 'packages'] },
    ],
    profiles: { toy: { description: 'toy packages', packages: ['hello', 'world'] } },
  };
  writeFileSync(lab.path('overlay.yaml'), JSON.stringify(overlay));
  return { lab, deb, rpm };
}

function events(stdout: string): (Event & { type: string })[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
}

const bundles = (lab: ToyLab): string[] => lab.list('out').filter((name) => name.endsWith('.tgz'));

describe('--distro u24,el9,d12', () => {
  it('makes a bundle for each, downloads what they share once, and ends with one table', async () => {
    const { lab, deb } = await severalLab();
    const run = await lab.run([...BUILD, '--distro', 'u24,el9', '--distro', 'd12']);
    expect(run.code, run.stderr).toBe(0);
    expect(bundles(lab)).toEqual(['d12.x86_64', 'el9.x86_64', 'u24.x86_64'].map(bundleOf));
    const asked = deb.seen.filter((path) => path.endsWith('.deb'));
    expect(asked.toSorted()).toEqual([...new Set(asked)].sort());
    const table = run.stdout.trimEnd().split('\n').slice(-4);
    expect(table[0]).toMatch(/^target +packages +size {2}result {2}file$/);
    for (const [at, target] of ['u24.x86_64', 'el9.x86_64', 'd12.x86_64'].entries()) {
      expect(table[at + 1]).toMatch(new RegExp(`^${target} +3 +\\d+\\.\\d KiB {2}built {3}${lab.path('out', bundleOf(target))}$`));
    }
    expect(run.stderr).toContain('el9.x86_64 (2 of 3)\nel9.x86_64: Reading the metadata');
  });

  it('gives the bytes that a build of that target alone gives', async () => {
    const { lab } = await severalLab();
    await lab.run([...BUILD, '--distro', 'u24,d12']);
    const together = readFileSync(lab.path('out', BUNDLE));
    expect((await lab.run([...BUILD, '--distro', 'd12'])).code).toBe(0);
    expect(readFileSync(lab.path('out', BUNDLE)).equals(together)).toBe(true);
  });

  it('as JSON says of every event and every part of the result which target it belongs to', async () => {
    const { lab } = await severalLab();
    const run = await lab.run([...BUILD, '--distro', 'u24,el9', '--json']);
    const lines = events(run.stdout);
    expect(lines.slice(0, -1).filter(({ target }) => target === undefined)).toEqual([]);
    expect(new Set(lines.map(({ target }) => target))).toEqual(new Set(['u24.x86_64', 'el9.x86_64', undefined]));
    expect(lines.at(-1)).toMatchObject({
      type: 'result',
      targets: [
        { name: 'u24.x86_64', exitCode: 0, result: { packages: { count: 3 }, bundle: { path: lab.path('out', bundleOf('u24.x86_64')) } } },
        { name: 'el9.x86_64', exitCode: 0, result: { packages: { count: 3 } } },
      ],
    });
  });

  it('goes on where one fails: exit code 3, the failure where it happened and in the table', async () => {
    const { lab, rpm } = await severalLab();
    rpm.files.delete('repodata/repomd.xml');
    const run = await lab.run([...BUILD, '--distro', 'u24,el9,d12']);
    expect(run.code, run.stderr).toBe(3);
    expect(bundles(lab)).toEqual(['d12.x86_64', 'u24.x86_64'].map(bundleOf));
    expect(run.stderr).toMatch(/^el9\.x86_64: error: cannot fetch .*\[FETCH_NOT_FOUND\]$/m);
    expect(run.stdout).toMatch(/^el9\.x86_64 +- +- {2}failed: FETCH_NOT_FOUND {2}-$/m);
    const all = await lab.run([...BUILD, '--distro', 'el9,el8']);
    expect(all.code, all.stderr).toBe(69);
  });

  it('can be done in parts: resolve, fetch and pack take several, too, and a tree lies in its own directory', async () => {
    const { lab, deb } = await severalLab();
    const done = async (...argv: readonly string[]) => expect((await lab.run(argv)).code).toBe(0);
    await done('resolve', '--profile', 'toy', '--distro', 'u24,d12', ...WHERE);
    const locks = ['u24.x86_64.lock', 'd12.x86_64.lock'];
    await done('fetch', ...locks, ...WHERE);
    deb.files = new Map();
    await done('pack', ...locks, ...MAKE, '--tree', 'www', '--offline');
    expect(bundles(lab)).toEqual(['d12.x86_64', 'u24.x86_64'].map(bundleOf));
    expect([lab.list('www'), lab.list('www', 'd12.x86_64')]).toEqual([
      ['d12.x86_64', 'u24.x86_64'],
      ['pigsty', 'pigsty.sources'],
    ]);
    await done('build', '--profile', 'toy', '--distro', 'u24,d12', '--locked', '--offline', ...MAKE);
  });

  it('is refused before anything is read when an option can only mean one of them', async () => {
    const { lab, deb } = await severalLab();
    for (const more of [
      ['--lock', 'x.lock', '--locked'],
      ['--baseline', 'overlay.yaml'],
    ]) {
      expect(await lab.run([...BUILD, '--distro', 'u24,d12', ...more])).toMatchObject({ code: 64 });
    }
    expect(deb.seen).toEqual([]);
  });
});

it('the overlays of embedded upstreams can be given together', async () => {
  const lab = await toyLab();
  const overlays = await Promise.all([
    writeEmbeddedUpstream(lab.path('d12'), 'd12', TOY_DATE_SEC),
    writeEmbeddedUpstream(lab.path('d13'), 'd13', TOY_DATE_SEC),
    writeElUpstream(lab.path('el9'), 'el9', TOY_DATE_SEC),
  ]);
  const manifests = overlays.flatMap(({ overlayPath }) => ['--manifest', overlayPath]);
  const more = [...manifests, '--store', 'store', '--output', 'out', '--no-installer', '--offline'];
  const debian = await lab.run(['build', '--distro', 'd12,d13', '--flavor', 'debian', ...more]);
  expect(debian.code, debian.stderr).toBe(0);
  expect(debian.stderr).not.toContain('warning');
  const el = await lab.run(['build', '--distro', 'el9', ...more]);
  expect(el.code, el.stderr).toBe(0);
  expect(bundles(lab)).toEqual(['d12.x86_64', 'd13.x86_64', 'el9.x86_64'].map(bundleOf));
});

describe('--check-updates', () => {
  it('is 0 while a build would give the same, 1 when not, and what it is called otherwise when it cannot be told', async () => {
    const { lab, deb } = await severalLab();
    expectBuilt(lab, await lab.run([...BUILD, '--distro', 'd12']));
    const lock = `out/${BUNDLE.replace('.tgz', '.lock')}`;
    const check = async (...argv: readonly string[]) => lab.run([...argv, '--check-updates', lock, ...WHERE]);
    // As the build command, as that of resolve, and by itself; the lock says what it was made for.
    for (const argv of [['build'], ['resolve'], []])
      expect(await check(...argv)).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing new') });
    deb.files = await toyArchive({ packages: TOY_PACKAGES.map((one) => (one.name === 'hello' ? { name: 'hello', version: '2.0' } : one)) });
    deb.seen.length = 0;
    const news = await check('--quiet');
    expect(news.code, news.stderr).toBe(1);
    expect(news.stdout.split('\n')).toEqual([
      expect.stringMatching(/^↑ up {6}hello all 1\.0 → 2\.0/),
      expect.stringMatching(/^- removed libgreet all 1\.0/),
      expect.stringMatching(/^out\/.*\.lock: 2 of 2 packages would change, .* to download, .*; new metadata of toy$/),
      '',
    ]);
    expect(deb.seen.filter((path) => path.endsWith('.deb'))).toEqual([]);
    const json = events((await check('--json')).stdout).at(-1);
    expect(json).toMatchObject({
      type: 'result',
      updates: true,
      target: 'd12.x86_64',
      changes: expect.arrayContaining([expect.objectContaining({ name: 'hello', to: '2.0' })]),
    });
    deb.files = new Map();
    expect(await check()).toMatchObject({ code: 69, stderr: expect.stringContaining('[FETCH_NOT_FOUND]') });
    expect(await lab.run(['--check-updates', 'no.lock', ...WHERE])).toMatchObject({ code: 66 });
  });
});
