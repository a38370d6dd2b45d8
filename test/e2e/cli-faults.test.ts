/**
 * The world breaks, the real program says what, why and what to do, leaves nothing half-made, and the same command works once the world is
 * well again. Every case is a child process against a mirror served over HTTP.
 */
import { gzipSync } from 'node:zlib';
import { xzSync } from 'node-liblzma';
import { describe, expect, it } from 'vitest';
import { BUILD, expectBuilt, expectNothingMade, stall, startMirror, status, toyLab } from '../lab/cli/toy-lab.ts';
import { flipped, INDEX_DIR, newToyKey, TOY_DATE_SEC, type ToyArchiveOptions, toyArchive } from '../lab/upstreams/toy-archive.ts';

const HELLO = 'pool/hello_1.0_all.deb';
const WORLD = 'pool/world_1.0_all.deb';
const FAST = ['--timeout', '1'];

/** A lab whose mirror serves `broken`; `heal` makes it serve a good archive. */
async function brokenLab(broken: ToyArchiveOptions) {
  const lab = await toyLab();
  const mirror = await startMirror(await toyArchive(broken));
  await lab.overlay([mirror.url]);
  const heal = async () => {
    mirror.answers.clear();
    mirror.files = await toyArchive();
  };
  return { lab, mirror, heal };
}

describe('a repository that lies or is broken', () => {
  it.each<[string, ToyArchiveOptions, string, RegExp]>([
    ['a Release past its Valid-Until', { validUntilSec: TOY_DATE_SEC + 86_400 }, 'INDEX_EXPIRED', /InRelease.*expired|Valid-Until/],
    ['a Release dated in the future', { dateSec: 4_000_000_000 }, 'SIGNATURE_INVALID|INDEX_NOT_YET_VALID', /future|not yet|clock/],
    ['no signature where one is expected', { signed: 'none' }, 'SIGNATURE_MISSING', /neither InRelease nor Release\.gpg/],
    [
      'an index that ends early',
      { packIndex: (index) => ({ 'Packages.gz': gzipSync(index).subarray(0, 120) }) },
      'INDEX_INVALID',
      /Packages\.gz/,
    ],
    ['a gzip bomb', { packIndex: () => ({ 'Packages.gz': zeros() }), omitPlain: true }, 'INDEX_TOO_LARGE', /Packages\.gz/],
    [
      'a bomb beside an honest size',
      { packIndex: () => ({ 'Packages.gz': zeros(8) }) },
      'INDEX_TOO_LARGE|INDEX_DIGEST_MISMATCH',
      /Packages\.gz/,
    ],
  ])('%s: %s', async (_what, broken, code, message) => {
    const { lab, heal } = await brokenLab(broken);
    const run = await lab.run(BUILD);
    expect(run.code, run.stderr).toBe(65);
    expect(run.stderr).toMatch(new RegExp(`^error: .*\\[(?:${code})\\]$`, 'ms'));
    expect(run.stderr).toMatch(message);
    expect(run.stderr).toMatch(/^hint: /m);
    expectNothingMade(lab);
    await heal();
    expectBuilt(lab, await lab.run(BUILD));
  });

  it('a truncated xz and an xz bomb', async () => {
    const [truncated, bomb] = [xzSync(Buffer.from('Package: a\n'.repeat(200))), xzSync(Buffer.alloc(16 << 20))];
    for (const [bytes, code] of [
      [truncated.subarray(0, -20), 'INDEX_INVALID'],
      [Buffer.concat(Array.from({ length: 33 }, () => bomb)), 'INDEX_TOO_LARGE'],
    ] as const) {
      const { lab, heal } = await brokenLab({ packIndex: () => ({ 'Packages.xz': bytes }), omitPlain: true });
      const run = await lab.run(BUILD);
      expect(run, run.stderr).toMatchObject({ code: 65, stderr: expect.stringContaining(`[${code}]`) });
      expect(run.stderr).toContain('Packages.xz');
      expectNothingMade(lab);
      await heal();
      expectBuilt(lab, await lab.run(BUILD));
    }
  });

  it('signed by another key than the manifest pins', async () => {
    const { lab, heal } = await brokenLab({ signer: await newToyKey() });
    const run = await lab.run(BUILD);
    expect(run, run.stderr).toMatchObject({ code: 65, stderr: expect.stringContaining('[SIGNATURE_INVALID]') });
    expect(run.stderr).toMatch(/hint: /);
    expectNothingMade(lab);
    await heal();
    expectBuilt(lab, await lab.run(BUILD));
  });

  it('a key that is nowhere to be found', async () => {
    const { lab } = await brokenLab({});
    await lab.overlay([(await startMirror(await toyArchive())).url], { keyFile: lab.path('no-such-key.asc') });
    const run = await lab.run(BUILD);
    expect(run, run.stderr).toMatchObject({ code: 65, stderr: expect.stringContaining('[KEY_UNUSABLE]') });
    expect(run.stderr).toContain('no-such-key.asc');
    expect(run.stderr).toMatch(/hint: put a keyring with [0-9A-F]{40}/);
    expectNothingMade(lab);
  });

  it('--require-signatures refuses an upstream that says it does not sign', async () => {
    const { lab, mirror } = await brokenLab({ signed: 'none' });
    const upstream = { name: 'toy', module: 'node', url: mirror.url, suite: 'toy', components: ['main'] };
    await lab.overlay([mirror.url], { more: { upstreams: [upstream], keys: {} } });
    const run = await lab.run([...BUILD, '--require-signatures']);
    expect(run, run.stderr).toMatchObject({ code: 65, stderr: expect.stringContaining('[SIGNATURE_MISSING]') });
    expectNothingMade(lab);
    const allowed = await lab.run(BUILD);
    expectBuilt(lab, allowed);
    expect(allowed.stdout).toContain('NOT signed: toy');
  });

  it.each([
    ['Packages.gz', `${INDEX_DIR}/Packages.gz`],
    ['a package', HELLO],
  ])('one flipped bit in %s', async (_what, path) => {
    const { lab, mirror, heal } = await brokenLab({});
    mirror.files.set(path, flipped(mirror.files.get(path)!));
    const run = await lab.run(BUILD);
    expect(run, run.stderr).toMatchObject({ code: 65, stderr: expect.stringContaining('[FETCH_DIGEST_MISMATCH]') });
    expect(run.stderr).toContain(`${mirror.url}/${path}`);
    expect(run.stderr).toMatch(/sha256 is [0-9a-f]{64}, expected [0-9a-f]{64}/);
    expectNothingMade(lab);
    await heal();
    expectBuilt(lab, await lab.run(BUILD));
  });
});

describe('a mirror that lacks a form of Packages its Release lists', () => {
  const both: ToyArchiveOptions = { packIndex: (index) => ({ 'Packages.xz': xzSync(index), 'Packages.gz': gzipSync(index) }) };
  const [XZ, GZ, PLAIN] = ['.xz', '.gz', ''].map((suffix) => `${INDEX_DIR}/Packages${suffix}`) as [string, string, string];

  it.each([
    ['with its plain form', {}],
    ['without it', { omitPlain: true }],
    ['by hash', { byHash: true }],
  ])('is asked for the next one, once, and not again while that one is in the store (%s)', async (_what, more) => {
    const lab = await toyLab();
    const files = await toyArchive({ ...both, ...more });
    const xzBytes = files.get(XZ)!;
    for (const [path, bytes] of files) if (bytes.equals(xzBytes)) files.delete(path);
    const mirror = await startMirror(files);
    await lab.overlay([mirror.url]);
    expectBuilt(lab, await lab.run(BUILD));
    const asked = (): string[] => mirror.seen.filter((path) => path.startsWith(INDEX_DIR));
    expect(asked().at(-1)).toMatch('byHash' in more ? /by-hash/ : /Packages\.gz$/);
    expect(asked()).toContain(XZ);
    expect(asked()).not.toContain(PLAIN);
    mirror.seen.length = 0;
    expectBuilt(lab, await lab.run(BUILD));
    expect(asked()).toEqual([]);
    expectBuilt(lab, await lab.run([...BUILD, '--offline']));
  });

  it('asks the next mirror for the smaller form first', async () => {
    const lab = await toyLab();
    const files = await toyArchive(both);
    const [lacking, whole] = [await startMirror(new Map(files)), await startMirror(files)];
    lacking.files.delete(XZ);
    await lab.overlay([lacking.url, whole.url]);
    expectBuilt(lab, await lab.run(BUILD));
    expect(whole.seen).toContain(XZ);
    expect([...lacking.seen, ...whole.seen]).not.toContain(GZ);
  });

  it('names every form when none is there', async () => {
    const { lab, mirror, heal } = await brokenLab(both);
    for (const path of [XZ, GZ]) mirror.files.delete(path);
    const run = await lab.run(BUILD);
    expect(run, run.stderr).toMatchObject({ code: 69, stderr: expect.stringContaining('[FETCH_NOT_FOUND]') });
    expect(run.stderr).toMatch(/Packages\.xz: .*404.*; nor are there the other forms its Release lists: .*Packages\.gz, .*Packages /s);
    expectNothingMade(lab);
    await heal();
    expectBuilt(lab, await lab.run(BUILD));
  });

  it('does not pass over a form that is there and damaged', async () => {
    const { lab, mirror } = await brokenLab(both);
    mirror.files.set(XZ, flipped(mirror.files.get(XZ)!));
    const run = await lab.run(BUILD);
    expect(run, run.stderr).toMatchObject({ code: 65, stderr: expect.stringContaining('[FETCH_DIGEST_MISMATCH]') });
    expect(mirror.seen).not.toContain(GZ);
  });
});

describe('a mirror that changes between Release and Packages', () => {
  const newer: ToyArchiveOptions = {
    packages: [
      { name: 'hello', version: '2.0' },
      { name: 'world', version: '2.0' },
    ],
  };

  it('serves the index the Release means by its hash', async () => {
    const lab = await toyLab();
    const before = await toyArchive({ byHash: true });
    const after = await toyArchive({ ...newer, byHash: true });
    const release = 'dists/toy/InRelease';
    const mirror = await startMirror(new Map([...before, ...after, [release, before.get(release)!]]));
    await lab.overlay([mirror.url]);
    expectBuilt(lab, await lab.run(BUILD));
  });

  it('is noticed where there is no by-hash', async () => {
    const lab = await toyLab();
    const before = await toyArchive();
    const after = await toyArchive(newer);
    const mirror = await startMirror(new Map([...after, ['dists/toy/InRelease', before.get('dists/toy/InRelease')!]]));
    await lab.overlay([mirror.url]);
    const run = await lab.run(BUILD);
    expect(run, run.stderr).toMatchObject({ code: 65, stderr: expect.stringContaining('[FETCH_DIGEST_MISMATCH]') });
    expect(run.stderr).toContain('being updated');
    expectNothingMade(lab);
    mirror.files = after;
    expectBuilt(lab, await lab.run(BUILD));
  });
});

describe('mirrors that fail', () => {
  it.each([404, 503])('%i for one file of one mirror: the other one has it', async (code) => {
    const lab = await toyLab();
    const [sick, well] = [await startMirror(await toyArchive()), await startMirror(await toyArchive())];
    sick.answers.set(WORLD, status(code));
    await lab.overlay([sick.url, well.url]);
    expectBuilt(lab, await lab.run(BUILD));
    expect(well.seen).toEqual([WORLD]);
  });

  it('404 on all mirrors: every missing file is named in one run', async () => {
    const lab = await toyLab();
    const mirrors = [await startMirror(await toyArchive()), await startMirror(await toyArchive())];
    for (const { answers } of mirrors) for (const path of [HELLO, WORLD]) answers.set(path, status(404));
    await lab.overlay(mirrors.map(({ url }) => url));
    const run = await lab.run(BUILD);
    expect(run, run.stderr).toMatchObject({ code: 69, stderr: expect.stringContaining('[FETCH_NOT_FOUND]') });
    expect(run.stderr).toContain('2 of 3 files could not be fetched');
    for (const { url } of mirrors) for (const path of [HELLO, WORLD]) expect(run.stderr).toContain(`${url}/${path}: 404`);
    expectNothingMade(lab);
    for (const { answers } of mirrors) answers.clear();
    expectBuilt(lab, await lab.run(BUILD));
    expect(mirrors.flatMap(({ seen }) => seen).filter((path) => path.includes('libgreet'))).toHaveLength(1);
  });

  it('503 on all mirrors: tried again, then given up with both named', async () => {
    const lab = await toyLab();
    const mirrors = [await startMirror(await toyArchive()), await startMirror(await toyArchive())];
    for (const { answers } of mirrors) answers.set(WORLD, status(503));
    await lab.overlay(mirrors.map(({ url }) => url));
    const run = await lab.run(BUILD);
    expect(run, run.stderr).toMatchObject({ code: 69, stderr: expect.stringContaining('[FETCH_FAILED]') });
    for (const { url } of mirrors) expect(run.stderr).toContain(`${url}/${WORLD}: 503`);
    expect(run.stderr).toMatch(/\(\d+ attempts\)/);
    expectNothingMade(lab);
  });

  it('a connection that stalls is given up after --timeout and the next mirror asked', async () => {
    const lab = await toyLab();
    const [sick, well] = [await startMirror(await toyArchive()), await startMirror(await toyArchive())];
    sick.answers.set(WORLD, stall(sick.files.get(WORLD)!));
    await lab.overlay([sick.url, well.url]);
    expectBuilt(lab, await lab.run([...BUILD, ...FAST]));
    expect(well.seen).toEqual([WORLD]);
  });

  it('a mirror that stalls and is the only one: said so, with the seconds', async () => {
    const lab = await toyLab();
    const mirror = await startMirror(await toyArchive());
    mirror.answers.set(WORLD, stall(mirror.files.get(WORLD)!));
    await lab.overlay([mirror.url]);
    const run = await lab.run([...BUILD, ...FAST]);
    expect(run, run.stderr).toMatchObject({ code: 69, stderr: expect.stringContaining('nothing received for 1 s') });
    expect(lab.list('out')).toEqual([]);
    mirror.answers.clear();
    expectBuilt(lab, await lab.run(BUILD));
    expect(lab.list('store', 'partial')).toEqual([]);
  });

  it('no mirror at all: every upstream is named', async () => {
    const lab = await toyLab();
    const toy = { module: 'node', suite: 'toy', components: ['main'], key: 'toy', signed: ['metadata'] };
    const upstreams = ['one', 'two'].map((name) => ({ ...toy, name, url: `http://127.0.0.1:1/${name}` }));
    await lab.overlay([], { more: { upstreams } });
    const run = await lab.run(BUILD);
    expect(run, run.stderr).toMatchObject({ code: 69, stderr: expect.stringContaining('2 upstreams cannot be used') });
    for (const { url } of upstreams) expect(run.stderr).toContain(url);
    expectNothingMade(lab);
  });

  it('an optional upstream that is dead is named, any other is fatal', async () => {
    const lab = await toyLab();
    const mirror = await startMirror(await toyArchive());
    const toy = { module: 'node', suite: 'toy', components: ['main'], key: 'toy', signed: ['metadata'] };
    const upstreams = [
      { ...toy, name: 'toy', url: mirror.url },
      { ...toy, name: 'dead', url: 'http://127.0.0.1:1/', optional: true },
    ];
    await lab.overlay([], { more: { upstreams } });
    const run = await lab.run(BUILD);
    expectBuilt(lab, run);
    expect(run.stderr).toContain('warning: optional upstream dead is left out');
  });
});

/** A stream of zeros that gzip made small: `mebibytes` of them, 513 by default, more than any index may have. */
function zeros(mebibytes = 513): Buffer {
  const member = gzipSync(Buffer.alloc(1 << 20));
  return Buffer.concat(Array.from({ length: mebibytes }, () => member));
}
