/**
 * One lock, one bundle: whatever the store, the time zone, the language, the umask, the directory, the date and the route the files took.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BUILD, BUNDLE, startMirror, type ToyLab, toyLab } from '../lab/cli/toy-lab.ts';
import { sha256, toyArchive, writeArchive } from '../lab/upstreams/toy-archive.ts';

const LOCK = BUNDLE.replace('.tgz', '.lock');
const hasFaketime = existsSync('/usr/bin/faketime');

function option(argv: readonly string[], name: string, value: string): string[] {
  return argv.map((word, position) => (argv[position - 1] === name ? value : word));
}

async function digestOf(lab: ToyLab, ...parts: string[]): Promise<string> {
  return sha256(readFileSync(join(lab.dir, ...parts)));
}

async function reference(): Promise<{ lab: ToyLab; digest: string }> {
  const lab = await toyLab();
  await lab.overlay([(await startMirror(await toyArchive())).url]);
  expect(await lab.run(BUILD)).toMatchObject({ code: 0 });
  return { lab, digest: await digestOf(lab, 'out', BUNDLE) };
}

describe('the same lock gives the same bytes', () => {
  it('with a warm store and with a cold one, resolved anew and from the lock', async () => {
    const { lab, digest } = await reference();
    const locked = [...BUILD, '--locked', '--lock', `out/${LOCK}`];
    const lock = readFileSync(lab.path('out', LOCK));
    for (const argv of [locked, option(locked, '--store', 'cold'), BUILD, option(BUILD, '--store', 'colder'), [...BUILD, '--jobs', '1']]) {
      expect(await lab.run(option(argv, '--output', 'again'))).toMatchObject({ code: 0 });
      expect(await digestOf(lab, 'again', BUNDLE), argv.join(' ')).toBe(digest);
      expect(readFileSync(lab.path('again', LOCK)).equals(lock)).toBe(true);
    }
  });

  it.each<[string, { env?: Record<string, string>; wrap?: string[] }]>([
    ['another time zone', { env: { TZ: 'Pacific/Kiritimati' } }],
    ['another language', { env: { LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' } }],
    ['a strict umask', { wrap: ['sh', '-c', 'umask 077; exec "$@"', 'sh'] }],
    ['no umask', { wrap: ['sh', '-c', 'umask 000; exec "$@"', 'sh'] }],
    ['one processor', { env: { UV_THREADPOOL_SIZE: '1' }, wrap: existsSync('/usr/bin/taskset') ? ['taskset', '1'] : [] }],
  ])('under %s, with a cold store', async (_what, options) => {
    const { lab, digest } = await reference();
    const argv = option(option([...BUILD, '--locked', '--lock', `out/${LOCK}`], '--store', 'cold'), '--output', 'again');
    const run = await lab.run(argv, options);
    expect(run.code, run.stderr).toBe(0);
    expect(await digestOf(lab, 'again', BUNDLE)).toBe(digest);
  });

  it.skipIf(!hasFaketime && process.env.CI !== 'true')('in another year', async () => {
    const { lab, digest } = await reference();
    const argv = option(option([...BUILD, '--locked', '--lock', `out/${LOCK}`], '--store', 'cold'), '--output', 'again');
    const run = await lab.run(argv, { wrap: ['faketime', '2031-07-08 09:10:11'] });
    expect(run.code, run.stderr).toBe(0);
    expect(await digestOf(lab, 'again', BUNDLE)).toBe(digest);
  });

  it('from another directory, another home and another mirror', async () => {
    const { lab, digest } = await reference();
    const other = await toyLab();
    const archive = other.path('a directory with spaces & ümläute');
    writeArchive(await toyArchive(), archive);
    await other.overlay([encodeURI(`file://${archive}`)], { keyFile: lab.path('key.asc') });
    const run = await other.run(BUILD);
    expect(run.code, run.stderr).toBe(0);
    expect(await digestOf(other, 'out', BUNDLE)).toBe(digest);
  });

  it('signed, and as a tree', async () => {
    const { lab } = await reference();
    expect(await lab.run(['keygen', '--output', 'sign.key'])).toMatchObject({ code: 0 });
    const digests = [];
    for (const name of ['one', 'two']) {
      const argv = option(option([...BUILD, '--sign', 'sign.key', '--tree', `${name}-tree`], '--store', name), '--output', name);
      const run = await lab.run(argv, { env: { TZ: name === 'one' ? 'UTC' : 'Asia/Shanghai' } });
      expect(run.code, run.stderr).toBe(0);
      digests.push([await digestOf(lab, name, BUNDLE), await digestOf(lab, `${name}-tree`, 'pigsty', 'InRelease')]);
    }
    expect(digests[0]).toEqual(digests[1]);
  });
});
