/**
 * The overlays of manifests/README.md, read out of it and run as they stand, with the command that stands above each. Only hosts and files
 * that no machine has are replaced: every published host is a server of this process, and so are those of `example.test`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CliRun } from '../lab/cli/run-cli.ts';
import { type ToyLab, toyLab } from '../lab/cli/toy-lab.ts';
import { buildDeb } from '../lab/embedded/tiny-deb.ts';
import { buildRpm } from '../lab/embedded/tiny-rpm.ts';
import { type PublishedWorld, startWorld } from '../lab/upstreams/published-world.ts';
import { TOY_DATE_SEC, toyKey } from '../lab/upstreams/toy-archive.ts';

interface Example {
  readonly title: string;
  /** Words after `pigsty-bundle`. */
  readonly argv: readonly string[];
  readonly overlay: string;
}

const README = readFileSync(new URL('../../manifests/README.md', import.meta.url), 'utf8');
const EXAMPLES = new Map(
  README.split(/^### (?=\d+\. )/m)
    .slice(1)
    .map((chapter) => {
      const number = Number(/^\d+/.exec(chapter)?.[0]);
      const command = /`pigsty-bundle (build [^`]*)`/.exec(chapter)?.[1] ?? '';
      const overlay = /```yaml\n([\s\S]*?)```/.exec(chapter)?.[1] ?? '';
      return [number, { title: chapter.split('\n', 1)[0] ?? '', argv: command.split(' '), overlay }] as const;
    }),
);

let world: PublishedWorld;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => world.close());

/** What an example may not leave undone, besides exit code 0. */
interface Ran {
  readonly run: CliRun;
  /** Names in the bundles' locks, by target. */
  readonly packages: ReadonlyMap<string, readonly string[]>;
  readonly warnings: readonly string[];
}

async function runExample(number: number, prepare: (lab: ToyLab) => Promise<void> = async () => undefined): Promise<Ran> {
  const example = EXAMPLES.get(number);
  if (example === undefined) throw new Error(`manifests/README.md has no example ${number}`);
  const lab = await toyLab();
  world.seen.length = 0;
  world.headers.length = 0;
  mkdirSync(lab.path('srv', 'packages'), { recursive: true });
  writeFileSync(lab.path('mine.asc'), world.publicKey);
  await prepare(lab);
  writeFileSync(lab.path(overlayName(example)), here(example.overlay, lab));
  const more = [
    '--manifest',
    world.overlay,
    ...example.argv.slice(1),
    '--store',
    'store',
    '--output',
    'out',
    '--no-installer',
    '--mirrors',
    'manifest',
  ];
  const run = await lab.run(['build', ...more], { env: { HTTP_PROXY: undefined } });
  const locks = lab.list('out').filter((name) => name.endsWith('.lock'));
  const packages = new Map(locks.map((name) => [name.split('.').slice(3, -1).join('.'), namesIn(lab.path('out', name))]));
  const warnings = [...run.stderr.matchAll(/^(?:\S+: )?warning: (.*)$/gm)].map((match) => match[1] ?? '');
  // That an example maps a host in the place of the world's own map is what it is for.
  return { run, packages, warnings: warnings.filter((text) => !text.includes(`replaces that of ${world.overlay}`)) };
}

const overlayName = ({ argv }: Example): string => argv[argv.indexOf('--manifest') + 1] ?? '';

/** The overlay with the server in the place of example hosts, and with a key and files there are. */
function here(overlay: string, lab: ToyLab): string {
  const port = new URL(world.url).port;
  return overlay
    .replaceAll(
      /https?:\/\/([^\s/@]+@)?([\w.-]+\.example\.test)/g,
      (_, login: string | undefined, host: string) => `http://${login ?? ''}127.0.0.1:${port}/${host}`,
    )
    .replaceAll('0123456789ABCDEF0123456789ABCDEF01234567', world.fingerprint)
    .replaceAll('/etc/pki/mine.asc', lab.path('mine.asc'))
    .replaceAll('file:///srv/', `file://${lab.path('srv')}/`);
}

function namesIn(lock: string): string[] {
  const { packages } = JSON.parse(readFileSync(lock, 'utf8')) as {
    readonly packages: readonly { readonly name: string; readonly version: string }[];
  };
  return packages.map(({ name, version }) => `${name} ${version}`);
}

const names = (packages: readonly string[] | undefined): string[] => (packages ?? []).map((text) => text.split(' ')[0] ?? '');

function expectBuilt({ run, packages }: Ran, ...targets: readonly string[]): void {
  expect(run.stderr).not.toContain('error:');
  expect(run.code, run.stderr).toBe(0);
  expect([...packages.keys()].sort()).toEqual(targets.toSorted());
}

it('there are ten, each with its command', () => {
  expect([...EXAMPLES.keys()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const example of EXAMPLES.values()) {
    expect(example.argv, example.title).toContain('--distro');
    expect(overlayName(example), example.title).toMatch(/^[\w-]+\.yaml$/);
    expect(example.overlay, example.title).toMatch(/^schema: 1\n/);
  }
});

describe('the overlays people ask for', () => {
  it('1. everything through your own mirror: no other host is asked, for either family', async () => {
    const ran = await runExample(1);
    expectBuilt(ran, 'd12.x86_64', 'el9.x86_64');
    expect(world.hosts()).toEqual(['mirror.example.test']);
    expect(ran.warnings).toEqual([]);
  });

  it('2. through Nexus, with a password: it is sent, and nobody is shown it', async () => {
    const ran = await runExample(2);
    expectBuilt(ran, 'd12.x86_64');
    expect(world.hosts()).toEqual(['nexus.example.test']);
    expect(world.seen).toContain('nexus.example.test/repository/debian/dists/bookworm/InRelease');
    const login = `Basic ${Buffer.from('builder:pass@word').toString('base64')}`;
    expect(new Set(world.headers.map(({ authorization }) => authorization))).toEqual(new Set([login]));
    expect(ran.run.stdout + ran.run.stderr).not.toMatch(/pass(?:%40|@)word/);
  });

  it('3. nothing but your own repository', async () => {
    const ran = await runExample(3);
    expectBuilt(ran, 'd12.x86_64');
    expect(world.hosts()).toEqual(['apt.example.test']);
    expect(ran.run.stdout).toContain('1 of 1 upstreams signed');
  });

  it('4. one more repository, signed, its key from its own host', async () => {
    const ran = await runExample(4);
    expectBuilt(ran, 'd12.x86_64');
    expect(names(ran.packages.get('d12.x86_64'))).toEqual(expect.arrayContaining(['acme-agent', 'acme-cli', 'nginx']));
    expect(world.seen).toContain('packages.example.test/acme.asc');
    expect(ran.run.stdout).toContain('4 of 4 upstreams signed');
  });

  it.skipIf(!existsSync('/usr/bin/dpkg-scanpackages') && process.env.CI !== 'true')('5. a directory of packages you made', async () => {
    const ran = await runExample(5, async (lab) => {
      const control = { Package: 'own-tool', Version: '1', Architecture: 'all', Maintainer: 'Me <me@example.test>', Description: 'own' };
      writeFileSync(lab.path('srv', 'packages', 'own-tool_1_all.deb'), buildDeb(control, { '/opt/own': 'own' }, TOY_DATE_SEC));
      const documented = /`cd \/srv\/packages && ([^`]*)`/.exec(README)?.[1] ?? '';
      execFileSync('sh', ['-ec', documented], { cwd: lab.path('srv', 'packages') });
    });
    expectBuilt(ran, 'd12.x86_64');
    expect(names(ran.packages.get('d12.x86_64'))).toContain('own-tool');
    expect(ran.run.stdout).toContain('NOT signed: own-debs (trusted: yes)');
  });

  it('6. this version of a package', async () => {
    const ran = await runExample(6);
    expectBuilt(ran, 'd12.x86_64');
    expect(ran.packages.get('d12.x86_64')).toContain('nginx 1.22.1-9');
    expect(ran.packages.get('d12.x86_64')).not.toContain('nginx 1.26.3-1');
  });

  it('7. without certain packages, and without upstreams of either family', async () => {
    const ran = await runExample(7);
    expectBuilt(ran, 'd12.x86_64', 'el9.x86_64');
    for (const packages of ran.packages.values()) expect(names(packages)).not.toContain('telnet');
    expect(world.hosts()).not.toContain('download.docker.com');
    expect(ran.warnings).toEqual([]);
  });

  it('8. a region of your own, and of what it does not list the default', async () => {
    const ran = await runExample(8);
    expectBuilt(ran, 'd12.x86_64');
    expect(world.hosts()).toEqual(['mirror-1.example.test']);
  });

  it('9. another minor release, from your copy of the vault', async () => {
    const ran = await runExample(9);
    expectBuilt(ran, 'el9.x86_64');
    const asked = world.seen.filter((path) => path.startsWith('mirror.example.test/'));
    expect(asked).toContain('mirror.example.test/rocky-vault/9.4/BaseOS/x86_64/os/repodata/repomd.xml');
    expect(ran.run.stdout).toMatch(/minor: {5}9\.4 from its own repositories: .*baseos/);
    expect(world.seen.filter((path) => /^dl\.rockylinux\.org\/pub\/rocky\//.test(path))).toEqual([]);
  });

  it('10. a profile of your own', async () => {
    const ran = await runExample(10);
    expectBuilt(ran, 'd13.x86_64');
    expect(names(ran.packages.get('d13.x86_64'))).toEqual(expect.arrayContaining(['haproxy', 'redis', 'valkey-server', 'bash']));
    expect(ran.warnings).toEqual([expect.stringContaining('optional memcached is left out')]);
  });
});

/** The RPM half of the examples that are for both families. */
describe('for EL, too', () => {
  const forEl = (number: number): void => {
    const example = EXAMPLES.get(number);
    if (example === undefined) throw new Error(`no example ${number}`);
    const argv = example.argv.filter((word) => word !== '--flavor' && word !== 'debian').map((word) => (word === 'd12' ? 'el9' : word));
    EXAMPLES.set(number + 100, { ...example, argv });
  };

  it('nothing but your own repository', async () => {
    forEl(3);
    const ran = await runExample(103);
    expectBuilt(ran, 'el9.x86_64');
    expect(world.hosts()).toEqual(['yum.example.test']);
  });

  it('one more repository, signed', async () => {
    forEl(4);
    const ran = await runExample(104);
    expectBuilt(ran, 'el9.x86_64');
    expect(names(ran.packages.get('el9.x86_64'))).toEqual(expect.arrayContaining(['acme-agent', 'acme-cli']));
  });

  it.skipIf(!existsSync('/usr/bin/createrepo_c') && process.env.CI !== 'true')('a directory of packages you made', async () => {
    forEl(5);
    const ran = await runExample(105, async (lab) => {
      const rpm = {
        name: 'own-tool',
        version: '1',
        release: '1',
        arch: 'x86_64',
        summary: 'own',
        provides: [],
        requires: [],
        files: { '/opt/own': 'own' },
      };
      writeFileSync(lab.path('srv', 'packages', 'own-tool-1-1.x86_64.rpm'), await buildRpm(rpm, await toyKey(), TOY_DATE_SEC));
      execFileSync('createrepo_c', ['--quiet', lab.path('srv', 'packages')]);
      expect(readdirSync(join(lab.path('srv', 'packages'), 'repodata')).length).toBeGreaterThan(3);
    });
    expectBuilt(ran, 'el9.x86_64');
    expect(names(ran.packages.get('el9.x86_64'))).toContain('own-tool');
    expect(ran.run.stdout).toContain('NOT signed: own-rpms');
  });
});
