/**
 * The embedded upstream is an archive like any other to Debian's own tools: apt verifies and installs from it, dpkg-deb opens its packages.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { profileRequests } from '../lab/embedded/profile-requests.ts';
import { type EmbeddedUpstream, writeEmbeddedUpstream } from '../lab/embedded/write-upstream.ts';
import { hasProgram } from '../lab/hosts/lab-unavailable.ts';
import { mustRun } from '../lab/hosts/run-command.ts';

const missing = ['apt-get', 'dpkg-deb'].filter((name) => !hasProgram(name));

describe.skipIf(missing.length > 0)(`the embedded upstream${missing.length > 0 ? ` (missing: ${missing.join(' ')})` : ''}`, () => {
  let directory: string;
  let upstream: EmbeddedUpstream;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'embedded-'));
    upstream = await writeEmbeddedUpstream(join(directory, 'archive'), 'd12', Math.floor(Date.now() / 1000) - 60);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it.each(['amd64', 'arm64'])('is verified by apt of %s, which can install every request from it', async (architecture) => {
    const root = join(directory, architecture);
    for (const name of ['lists/partial', 'cache/archives/partial', 'sources']) mkdirSync(join(root, name), { recursive: true });
    writeFileSync(join(root, 'status'), '');
    const source = ['Types: deb', `URIs: file:${directory}/archive`, `Suites: ${upstream.codename}`, 'Components: main'];
    writeFileSync(join(root, 'sources/a.sources'), [...source, `Signed-By: ${directory}/archive/key.asc`, ''].join('\n'));
    const options = {
      'APT::Architecture': architecture,
      'APT::Architectures': architecture,
      'APT::Sandbox::User': 'root',
      'Debug::NoLocking': '1',
      'Dir::Cache': join(root, 'cache'),
      'Dir::Etc::sourcelist': '/dev/null',
      'Dir::Etc::sourceparts': join(root, 'sources'),
      'Dir::State::lists': join(root, 'lists'),
      'Dir::State::status': join(root, 'status'),
    };
    const apt = ['apt-get', ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`])];
    await mustRun([...apt, '-o', 'APT::Update::Error-Mode=any', 'update']);
    const names = profileRequests({ distro: 'd12', arch: 'x86_64' }, 'debian').map(({ text }) => text);
    const plan = await mustRun([...apt, '-s', 'install', ...names]);
    const planned = new Set([...plan.matchAll(/^Inst (\S+) /gm)].map((match) => match[1]));
    expect(names.filter((name) => !planned.has(name))).toEqual([]);
  });

  it('holds packages that dpkg-deb opens and unpacks', async () => {
    const pool = join(directory, 'archive/pool/main/n/nginx');
    const file = join(pool, readdirSync(pool).find((name) => name.endsWith('_amd64.deb')) ?? '');
    expect(await mustRun(['dpkg-deb', '--field', file, 'Package', 'Architecture'])).toBe('Package: nginx\nArchitecture: amd64\n');
    await mustRun(['dpkg-deb', '-R', file, join(directory, 'nginx')]);
    await mustRun(['md5sum', '--quiet', '-c', 'DEBIAN/md5sums'], { cwd: join(directory, 'nginx') });
  });

  it('has versions below any of the real archive', async () => {
    await mustRun(['dpkg', '--compare-versions', '0~embedded1', 'lt', '0']);
  });
});
