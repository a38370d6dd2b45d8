/** EL upstreams behind mirror lists and metalinks, over HTTP, through the whole program. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseLock } from '../../src/lock/parse-lock.ts';
import type { PublishedPackage } from '../../src/rpm/write/format-packages.ts';
import { formatRepodata } from '../../src/rpm/write/format-repodata.ts';
import { runCli } from '../lab/cli/run-cli.ts';
import { ownManifest } from '../lab/embedded/profile-requests.ts';
import { toyRpm } from '../lab/upstreams/toy-rpms.ts';

let dir: string;
let server: Server;
let origin: string;
const served = new Map<string, Buffer>();

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'snapshot-rpm-'));
  const packages = [toyRpm('app', { requires: ['lib'] }), toyRpm('lib')];
  serve(
    'real',
    packages.map((pkg) => ({ pkg, files: null })),
  );
  server = createServer((request, response) => {
    const body = served.get(new URL(request.url ?? '/', 'http://localhost').pathname);
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  served.set('/mirrorlist', Buffer.from(`# mirrors\n${origin}/gone/\n${origin}/real/\n`));
  const known = createHash('sha256').update(served.get('/real/repodata/repomd.xml')!).digest('hex');
  served.set('/metalink', metalink(known));
  served.set('/several/metalink', metalink(known, ['gone', 'old', 'real']));
  served.set('/outdated/metalink', metalink(known, ['old', 'gone']));
  served.set('/stale/metalink', metalink('0'.repeat(64)));
  served.set('/old/repodata/repomd.xml', Buffer.from('<repomd><revision>0</revision></repomd>'));
});
afterAll(async () => {
  await new Promise((done) => server.close(done));
  rmSync(dir, { recursive: true, force: true });
});

function serve(name: string, packages: readonly PublishedPackage[]): void {
  for (const { path, bytes } of formatRepodata(packages, { snapshotSec: 1_700_000_000 }))
    served.set(`/${name}/${path}`, Buffer.from(bytes));
}

function metalink(sha256: string, directories: readonly string[] = ['real']): Buffer {
  const urls = directories.map(
    (name, at) => `<url protocol="http" type="http" preference="${99 - at}">${origin}/${name}/repodata/repomd.xml</url>`,
  );
  return Buffer.from(`<metalink version="3.0" xmlns="http://www.metalinker.org/"><files><file name="repomd.xml">
    <verification><hash type="sha256">${sha256}</hash></verification>
    <resources>${urls.join('')}</resources>
  </file></files></metalink>`);
}

async function resolveFrom(path: string, upstreams: readonly object[] = [{ name: 'test', url: `${origin}${path}` }]) {
  const overlay = join(dir, 'overlay.yaml');
  const disable = ownManifest({ distro: 'el9', arch: 'x86_64' }, 'pigsty').upstreams.map(({ name }) => name);
  const profiles = { trial: { description: 'for tests', packages: ['app'] } };
  writeFileSync(overlay, stringify({ schema: 1, disable, upstreams, profiles }));
  const lock = join(dir, 'el9.lock');
  const request = ['--distro', 'el9', '--manifest', overlay, '--profile', 'trial', '--store', join(dir, 'store'), '--lock', lock, '--json'];
  return { lock, run: await runCli(['resolve', ...request], { cwd: dir }) };
}

it.each(['/real', '/mirrorlist?repo=test&arch=x86_64', '/metalink?repo=test'])('reads the upstream at %s', async (path) => {
  const { lock, run } = await resolveFrom(path);
  expect(run.code, run.stderr + run.stdout).toBe(0);
  expect(parseLock(readFileSync(lock, 'utf8'), lock).packages.map(({ name }) => name)).toEqual(['app', 'lib']);
});

it.each(['/stale/metalink', '/outdated/metalink'])('refuses a repomd.xml the metalink does not know: %s', async (path) => {
  const { run } = await resolveFrom(path);
  expect(run.code).not.toBe(0);
  expect(lastEvent(run.stdout)).toMatchObject({ code: 'INDEX_DIGEST_MISMATCH' });
});

it('goes on to the mirror that has what the metalink says', async () => {
  const { lock, run } = await resolveFrom('/several/metalink');
  expect(run.code, run.stderr + run.stdout).toBe(0);
  expect(run.stdout).toContain(`${origin}/old/repodata/repomd.xml is not what the metalink says it should be; the next mirror is asked`);
  expect(parseLock(readFileSync(lock, 'utf8'), lock).packages.map(({ name }) => name)).toEqual(['app', 'lib']);
});

function lastEvent(stdout: string): unknown {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}

it.each<readonly [firstCost: number, taken: string]>([
  [900, 'first'],
  [2000, 'second'],
])('takes the same package where it costs less: %d beside 1000', async (cost, taken) => {
  const url = `${origin}/real`;
  const { lock, run } = await resolveFrom('', [
    { name: 'first', url, cost },
    { name: 'second', url },
  ]);
  expect(run.code, run.stderr + run.stdout).toBe(0);
  expect(parseLock(readFileSync(lock, 'utf8'), lock).packages.map(({ upstream }) => upstream)).toEqual([taken, taken]);
});

it('asks filelists once for a path that is not in primary', async () => {
  const needed = '/usr/share/lib/needed';
  // Its own primary would list the path, since it is asked for: the two are of one repository only for who reads them together.
  serve('lib', [{ pkg: toyRpm('lib'), files: [{ path: needed, type: 'file' }] }]);
  serve('app', [{ pkg: toyRpm('app', { requires: [needed] }), files: null }]);
  const upstreams = ['app', 'lib'].map((name) => ({ name, url: `${origin}/${name}` }));
  const first = await resolveFrom('', upstreams);
  expect(first.run.code, first.run.stderr + first.run.stdout).toBe(0);
  const lock = readFileSync(first.lock, 'utf8');
  expect(parseLock(lock, 'first').packages.map(({ name }) => name)).toEqual(['app', 'lib']);

  for (const path of served.keys()) if (path.includes('filelists')) served.delete(path);
  rmSync(join(dir, 'store/sha256'), { recursive: true });
  const second = await resolveFrom('', upstreams);
  expect(second.run.code, second.run.stderr + second.run.stdout).toBe(0);
  expect(readFileSync(second.lock, 'utf8')).toBe(lock);
});
