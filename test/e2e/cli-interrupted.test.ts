/** Killed, interrupted, out of room, in company: the next run of the same command succeeds, and nothing of the failed one stays behind. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { startCli } from '../lab/cli/run-cli.ts';
import { BUILD, BUNDLE, expectBuilt, stall, startMirror, type ToyLab, type ToyMirror, toyLab } from '../lab/cli/toy-lab.ts';
import { sha256, TOY_PACKAGES, type ToyPackage, toyArchive } from '../lab/upstreams/toy-archive.ts';

const WORLD = 'pool/world_1.0_all.deb';
/** Too large for the small disks below. */
const LARGE = { name: 'large', files: { '/usr/share/large': randomBytes(12 << 20).toString('base64') } };
/** A control field that does not shrink: what stands in the bundle beside the packages is larger than anybody reckons with. */
const WORDY = { name: 'large', fields: { 'X-Words': randomBytes(1 << 20).toString('base64') } };
const HELD = { NODE_OPTIONS: `--import=${new URL('../lab/stand-ins/held-tarball.ts', import.meta.url).href}` };

async function lab(large?: ToyPackage): Promise<{ lab: ToyLab; mirror: ToyMirror }> {
  const made = await toyLab();
  const mirror = await startMirror(await toyArchive({ packages: [...TOY_PACKAGES, ...(large === undefined ? [] : [large])] }));
  const profiles = { toy: { description: 'toy', packages: ['hello', 'world', ...(large === undefined ? [] : ['large'])] } };
  await made.overlay([mirror.url], { more: { profiles } });
  return { lab: made, mirror };
}

/** Resolves when the program has said it. */
async function untilSaid({ child }: ReturnType<typeof startCli>, words: string): Promise<void> {
  let said = '';
  for (;;) {
    const [piece] = (await once(child.stderr!, 'data')) as [Buffer];
    said += piece.toString();
    if (said.includes(words)) return;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** Sends half of a file and then nothing, so that a run is surely in the middle of a download. */
function half(bytes: Buffer): (request: unknown, response: ServerResponse) => void {
  return (_, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, bytes.length >> 1));
  };
}

describe('kill -9', () => {
  it.each([
    ['metadata', 'Reading', 'dists/toy/main/binary-amd64/Packages.gz'],
    ['fetch', 'Fetching', WORLD],
  ])('while the %s phase waits for the network', async (_phase, words, path) => {
    const { lab: made, mirror } = await lab();
    mirror.answers.set(path, half(mirror.files.get(path)!));
    const run = made.start(BUILD);
    await untilSaid(run, words);
    await until(() => mirror.seen.includes(path));
    run.child.kill('SIGKILL');
    expect(await run.finished).toMatchObject({ signal: 'SIGKILL', stdout: '' });
    expect(made.list('out')).toEqual([]);
    mirror.answers.clear();
    expectBuilt(made, await made.run(BUILD));
    expect(made.list('store', 'partial')).toEqual([]);
  });

  it.each(['Resolving', 'Looking into', 'Packing'])('as soon as it says "%s"', async (words) => {
    const { lab: made } = await lab();
    // It waits in the middle of packing, so that it cannot have come to its end before it is killed.
    const run = made.start(BUILD, { env: HELD });
    await untilSaid(run, words);
    if (words === 'Packing') await until(() => made.list('out').some((name) => name.endsWith('.partial')));
    run.child.kill('SIGKILL');
    expect(await run.finished).toMatchObject({ signal: 'SIGKILL', stdout: '' });
    expect(made.list('out')).not.toContain(BUNDLE);
    if (words === 'Packing') expect(made.list('out')).toEqual([expect.stringMatching(/^\..*\.partial$/)]);
    expectBuilt(made, await made.run(BUILD));
    expect(made.list('store', 'partial')).toEqual([]);
    expect(await made.run(['verify', `out/${BUNDLE}`])).toMatchObject({ code: 0 });
  });
});

describe('a power cut that left files of the right size and wrong bytes in the store', () => {
  /** Zeros where the disk had not written yet. */
  function damage(made: ToyLab, bytes: Buffer): void {
    const hex = sha256(bytes);
    writeFileSync(made.path('store', 'sha256', hex.slice(0, 2), hex), Buffer.alloc(bytes.length));
  }

  it.each([
    ['seen when they are packed', ['world']],
    ['seen when they are looked into', ['hello', 'world']],
  ])('%s: they are named and downloaded again, and the bundle is the same', async (when, names) => {
    const { lab: made, mirror } = await lab();
    expectBuilt(made, await made.run(BUILD));
    const good = sha256(readFileSync(made.path('out', BUNDLE)));
    const paths = names.map((name) => `pool/${name}_1.0_all.deb`);
    for (const path of paths) damage(made, mirror.files.get(path)!);
    if (when.includes('looked into')) rmSync(made.path('store', 'derived'), { recursive: true });
    mirror.seen.length = 0;
    const run = await made.run(BUILD);
    expectBuilt(made, run);
    expect(run.stderr).toMatch(
      new RegExp(`warning: .*damaged packages?, now downloaded again: ${names.map((name) => `${name}_1.0_all.deb`).join(', ')}`),
    );
    expect(mirror.seen.filter((path) => path.endsWith('.deb')).sort()).toEqual(paths);
    expect(sha256(readFileSync(made.path('out', BUNDLE)))).toBe(good);
  });

  it('cannot be mended offline: it says which package is missing', async () => {
    const { lab: made, mirror } = await lab();
    expectBuilt(made, await made.run(BUILD));
    damage(made, mirror.files.get(WORLD)!);
    const run = await made.run([...BUILD, '--offline']);
    expect(run, run.stderr).toMatchObject({ code: 69, stderr: expect.stringContaining('[FETCH_OFFLINE]') });
    expect(run.stderr).toMatch(/warning: .*damaged packages?, now downloaded again: world_1.0_all.deb/);
    expectBuilt(made, await made.run(BUILD));
  });
});

describe('Ctrl-C', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s during a download: 130, nothing made, and what came is used by the next run',
    async (signal) => {
      const { lab: made, mirror } = await lab();
      mirror.answers.set(WORLD, stall(mirror.files.get(WORLD)!));
      const run = made.start(BUILD);
      await until(() => mirror.seen.includes(WORLD) && made.list('store', 'sha256').length >= 4);
      run.child.kill(signal);
      const ended = await run.finished;
      expect(ended, ended.stderr).toMatchObject({ code: 130, stdout: '' });
      expect(ended.stderr).toMatch(/^error: interrupted \[INTERRUPTED\]\nhint: run the same command again/m);
      expect(made.list('out')).toEqual([]);
      mirror.answers.clear();
      mirror.seen.length = 0;
      expectBuilt(made, await made.run(BUILD));
      expect(mirror.seen.filter((path) => path.endsWith('.deb'))).toEqual([WORLD]);
      expect(made.list('store', 'partial')).toEqual([]);
    },
  );

  it('while packing: no half tarball', async () => {
    const { lab: made } = await lab();
    const run = made.start([...BUILD, '--json'], { env: HELD });
    await until(() => made.list('out').some((name) => name.endsWith('.partial')));
    run.child.kill('SIGINT');
    const { code, stdout } = await run.finished;
    expect(code).toBe(130);
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toMatchObject({ type: 'exit', exitCode: 130, code: 'INTERRUPTED' });
    expect(made.list('out')).toEqual([]);
    expectBuilt(made, await made.run(BUILD));
  });

  it('twice leaves at once', async () => {
    const { lab: made, mirror } = await lab();
    mirror.answers.set(WORLD, stall(mirror.files.get(WORLD)!));
    const run = made.start(BUILD);
    await until(() => mirror.seen.includes(WORLD));
    run.child.kill('SIGINT');
    run.child.kill('SIGINT');
    expect(await run.finished).toMatchObject({ code: 130 });
  });
});

it('two builds at once share a store and an output directory', async () => {
  const { lab: made } = await lab(LARGE);
  const runs = await Promise.all([made.run(BUILD), made.run(BUILD)]);
  for (const run of runs) expectBuilt(made, run);
  expect(made.list('store', 'partial')).toEqual([]);
  expect(readFileSync(made.path('out', `${BUNDLE}.sha256`), 'utf8')).toBe(`${sha256(readFileSync(made.path('out', BUNDLE)))}  ${BUNDLE}\n`);
});

it('a reader that goes away (| head) does not stop the build or fail it', async () => {
  const { lab: made } = await lab();
  const run = made.start([...BUILD, '--json']);
  await once(run.child.stdout!, 'data');
  run.child.stdout!.destroy();
  expect(await run.finished).toMatchObject({ code: 0, stderr: '' });
  expect(made.list('out')).toContain(BUNDLE);
});

it('standard output that cannot be written to is a failure', async () => {
  const { lab: made } = await lab();
  const run = await made.run([...BUILD], { wrap: ['sh', '-c', 'exec "$@" >/dev/full', 'sh'] });
  expect(run).toMatchObject({
    code: 74,
    stderr: expect.stringContaining('error: the result cannot be written to standard output: ENOSPC'),
  });
  expect((await made.run([...BUILD], { wrap: ['sh', '-c', 'exec "$@" >&-', 'sh'] })).code).toBe(0);
});

const root = process.getuid?.() === 0;
if (!root) console.warn('skipped: mounting a small tmpfs needs root');

describe.runIf(root)('a disk', () => {
  function mount(made: ToyLab, name: string, options: string): void {
    mkdirSync(made.path(name), { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', made.path(name)]);
    onTestFinished(() => void execFileSync('umount', [made.path(name)]));
  }

  it.each([
    ['store', 'PIGSTY_BUNDLE_STORE'],
    ['out', 'another directory'],
  ])('without room for the %s: how much is needed, how much is free; with room it works', async (name, hint) => {
    const { lab: made } = await lab(LARGE);
    mount(made, name, 'size=6m');
    const run = await made.run(BUILD);
    expect(run, run.stderr).toMatchObject({ code: 74, stdout: '', stderr: expect.stringContaining('[DISK_FULL]') });
    expect(run.stderr).toMatch(/\d MiB/);
    expect(run.stderr).toContain(hint);
    expect(made.list('out')).toEqual([]);
    execFileSync('mount', ['-o', 'remount,size=64m', made.path(name)]);
    expectBuilt(made, await made.run(BUILD));
    expect(made.list('store', 'partial')).toEqual([]);
  });

  it.each([
    ['store', 'STORE_UNWRITABLE'],
    ['out', 'OUTPUT_UNWRITABLE'],
  ])('that is read-only for the %s is told before anything is downloaded', async (name, code) => {
    const { lab: made, mirror } = await lab();
    mount(made, name, 'ro');
    const run = await made.run(BUILD);
    expect(run, run.stderr).toMatchObject({ code: 73, stdout: '', stderr: expect.stringContaining(`[${code}]`) });
    expect(run.stderr).toContain(made.path(name));
    expect(run.stderr).toMatch(/^hint: /m);
    expect(mirror.seen).toEqual([]);
  });

  it('that fills up while the tarball is written leaves no half of it', async () => {
    const { lab: made, mirror } = await lab(WORDY);
    expectBuilt(made, await made.run(BUILD));
    const { size } = statSync(made.path('out', BUNDLE));
    // Room for all that is sure to be needed, which is asked for first, and not for the tarball.
    const roomBytes = size - (256 << 10);
    const packages = [...mirror.files].filter(([path]) => path.endsWith('.deb')).reduce((sum, [, bytes]) => sum + bytes.length, 0);
    expect(roomBytes).toBeGreaterThan(packages + (512 << 10));
    rmSync(made.path('out'), { recursive: true });
    mount(made, 'out', `size=${roomBytes}`);
    const { code, stderr } = await made.run(BUILD);
    expect(code, stderr).toBe(74);
    expect(stderr).toContain('[DISK_FULL]');
    expect(made.list('out')).toEqual([]);
    execFileSync('mount', ['-o', `remount,size=${size + (256 << 10)}`, made.path('out')]);
    expectBuilt(made, await made.run(BUILD));
  });
});
