/** Bundles for hosts in every state an rpm database can be in: what we say is proved, the real dnf installs from the tree alone. */
import { describe, expect, it } from 'vitest';
import { hasProgram } from '../lab/hosts/lab-unavailable.ts';
import { changePrimary, RPM_TOOLS, RpmHost, rpmStateLab } from '../lab/hosts/rpm-host.ts';
import type { RpmFixture } from '../lab/upstreams/rpm-fixtures.ts';

const missing = RPM_TOOLS.filter((name) => !hasProgram(name));

describe.skipIf(missing.length > 0)(`an index that lacks what a package needs ${missing.join(' ')}`, () => {
  it('is told, and the bundle has what the package says', async () => {
    const lab = await rpmStateLab([{ name: 'hello', requires: ['libgreet'] }, { name: 'libgreet' }]);
    changePrimary(lab, (xml) => xml.replace(/<rpm:requires>[\s\S]*?<\/rpm:requires>/, ''));
    const built = await lab.build(['hello']);
    expect(built.code, built.stderr).toBe(0);
    expect(built.stderr).toContain('hello-1.0-1.el9.noarch.rpm [toy] has other dependencies than its upstream');
    expect(built.stderr).toContain('Requires: only the package says libgreet');
    const host = await RpmHost.with(lab, []);
    const done = await host.dnf('tree', 'install', 'hello');
    expect(done.installed, done.stdout + done.stderr).toEqual(['hello-1.0-1.el9.noarch', 'libgreet-1.0-1.el9.noarch']);
  });
});

/** Installs what was built for a host on that host; NEVRAs it has then. */
async function installOn(host: RpmHost, ...names: readonly string[]): Promise<readonly string[]> {
  const done = await host.dnf('tree', 'install', ...names);
  expect(done.status, done.stdout + done.stderr).toBe(0);
  return done.installed;
}

describe.skipIf(missing.length > 0)('a 32-bit library beside its 64-bit one', () => {
  const libz = (version: string, arch: string) => ({ name: 'libz', version, arch, files: [{ path: `/usr/${arch}/libz-${version}` }] });
  const hello = { name: 'hello', arch: 'x86_64', requires: ['libz(x86-64) >= 2'] };
  const provides = (version: string) => ({ provides: [`libz(x86-64) = ${version}`] });

  it('is upgraded with it', async () => {
    const lab = await rpmStateLab([hello, { ...libz('2', 'x86_64'), ...provides('2') }, libz('2', 'i686')]);
    const host = await RpmHost.with(lab, await lab.rpms([{ ...libz('1', 'x86_64'), ...provides('1') }, libz('1', 'i686')]));
    const built = await lab.build(['hello'], '--baseline', lab.write('host.txt', await host.list()));
    expect(built.code, built.stderr).toBe(0);
    expect(await installOn(host, 'hello')).toEqual(['hello-1.0-1.el9.x86_64', 'libz-2-1.el9.i686', 'libz-2-1.el9.x86_64']);
  });

  it('stands against the bundle where there is no 32-bit build, as for dnf', async () => {
    const lab = await rpmStateLab([hello, { ...libz('2', 'x86_64'), ...provides('2') }]);
    const host = await RpmHost.with(lab, await lab.rpms([{ ...libz('1', 'x86_64'), ...provides('1') }, libz('1', 'i686')]));
    const built = await lab.build(['hello'], '--baseline', lab.write('host.txt', await host.list()));
    expect(built.stderr).toContain('SOLVE_UNSATISFIABLE');
    const done = await host.dnf('upstream', 'install', 'hello');
    expect(done.status, done.stdout + done.stderr).toBe(1);
  });

  it('is asked for by name in the version of the other', async () => {
    const lab = await rpmStateLab([libz('2', 'x86_64'), libz('1', 'i686'), { name: 'hello', arch: 'x86_64', requires: ['libz = 2'] }]);
    const built = await lab.build(['hello', 'libz.i686']);
    const host = await RpmHost.with(lab, []);
    const done = await host.dnf('upstream', 'install', 'hello', 'libz.i686');
    expect([built.code === 0, built.stderr], done.stdout + done.stderr).toEqual([done.status === 0, built.stderr]);
  });
});

/** A document of modules.yaml. */
function stream(id: string, ...artifacts: readonly string[]): string {
  const [name, streamName] = id.split(':');
  return [
    ...['---', 'document: modulemd', 'version: 2', 'data:', `  name: ${name}`, `  stream: "${streamName}"`, '  version: 1'],
    ...['  context: c0ffee00', '  arch: x86_64', '  summary: a module', '  description: a module', '  license:', '    module: [MIT]'],
    ...['  dependencies:', '    - requires:', '        platform: [el9]', '  artifacts:', '    rpms:'],
    ...[...artifacts.map((nevra) => `    - ${nevra}`), '...', ''],
  ].join('\n');
}

function defaultStream(id: string): string {
  const [name, streamName] = id.split(':');
  return `---\ndocument: modulemd-defaults\nversion: 1\ndata:\n  module: ${name}\n  stream: "${streamName}"\n  profiles: {}\n...\n`;
}

const label = (id: string) => ({ modularityLabel: `${id}:1:c0ffee00:x86_64`, release: '1.module_el9' });

describe.skipIf(missing.length > 0)('a module stream of the host', () => {
  const php = (version: string, name: string, more: Partial<RpmFixture> = {}): RpmFixture => ({
    name,
    version,
    ...label(`php:${version}`),
    ...more,
  });
  const PHP: readonly RpmFixture[] = ['7.2', '8.0'].flatMap((version) => [
    php(version, 'php-common'),
    php(version, 'php-fpm', { requires: [`php-common = ${version}`] }),
  ]);
  const nevra = (version: string, name: string) => `${name}-0:${version}-1.module_el9.noarch`;
  const PHP_MODULES = ['7.2', '8.0']
    .map((version) => stream(`php:${version}`, nevra(version, 'php-common'), nevra(version, 'php-fpm')))
    .join('');
  const moduleFile = (name: string, state: string, id: string) => `[${name}]\nname=${name}\nprofiles=\nstate=${state}\nstream=${id}\n`;

  it.each(['rpm -qa', 'facts'])('is followed without being named (%s)', async (how) => {
    const lab = await rpmStateLab(PHP, PHP_MODULES + defaultStream('php:7.2'));
    const modules = { 'etc/dnf/modules.d/php.module': moduleFile('php', 'enabled', '8.0') };
    const host = await RpmHost.with(lab, [lab.upstreamRpm('php-common-8.0')], modules);
    const rules = Object.entries(modules).map(([path, content]) => ({ path: `/${path}`, content }));
    const facts = JSON.stringify({ facts: { packages: { 'php-common': ['8.0-1.module_el9'] }, packageRules: rules } });
    const built = await lab.build(['php-fpm'], '--baseline', lab.write('host.txt', how === 'facts' ? facts : await host.list()));
    expect(built.code, built.stderr).toBe(0);
    expect(await installOn(host, 'php-fpm')).toEqual(['php-common-8.0-1.module_el9.noarch', 'php-fpm-8.0-1.module_el9.noarch']);
  });

  it('is not left behind: what another stream would do is refused, as by dnf', async () => {
    const perl = (version: string): RpmFixture => ({ name: 'perl', version, ...label(`perl:${version}`) });
    const modules =
      ['5.26', '5.32'].map((version) => stream(`perl:${version}`, nevra(version, 'perl'))).join('') + defaultStream('perl:5.32');
    const lab = await rpmStateLab([perl('5.26'), perl('5.32'), { name: 'hello', requires: ['perl >= 5.30'] }], modules);
    const enabled = { 'etc/dnf/modules.d/perl.module': moduleFile('perl', 'enabled', '5.26') };
    const host = await RpmHost.with(lab, [lab.upstreamRpm('perl-5.26')], enabled);
    const built = await lab.build(['hello'], '--baseline', lab.write('host.txt', await host.list()));
    expect(built.stderr).toContain('belongs to module stream perl:5.32, which is not active; perl:5.26 is');
    const done = await host.dnf('upstream', 'install', 'hello');
    expect([done.status, done.stdout + done.stderr]).toEqual([1, expect.stringContaining('modular filtering')]);
    const asked = await lab.build(['hello'], '--baseline', 'host.txt', '--module', 'perl:5.32');
    expect(asked.stderr).toContain('dnf module reset perl');
    expect(asked.code, asked.stderr).toBe(0);
  });

  it('that is disabled leaves not even the default', async () => {
    const lab = await rpmStateLab([...PHP, { name: 'hello', requires: ['php-common'] }], PHP_MODULES + defaultStream('php:7.2'));
    const content = moduleFile('php', 'disabled', '');
    const host = await RpmHost.with(lab, await lab.rpms([{ name: 'base' }]), { 'etc/dnf/modules.d/php.module': content });
    const packageRules = [{ path: '/etc/dnf/modules.d/php.module', content }];
    const facts = lab.write('facts.json', JSON.stringify({ facts: { packages: { base: ['1.0-1.el9'] }, packageRules } }));
    expect((await lab.build(['hello'], '--baseline', facts)).stderr).toContain('which is not active');
    expect((await host.dnf('upstream', 'install', 'hello')).status).toBe(1);
  });
});

describe.skipIf(missing.length > 0)('what the dnf of the host does not take', () => {
  const VERSIONS: readonly RpmFixture[] = ['1', '2', '3'].map((version) => ({ name: 'lib', version }));
  const CONF = 'etc/dnf/plugins/versionlock.conf';
  const LIST = 'etc/dnf/plugins/versionlock.list';
  const ON = '[main]\nenabled = 1\nlocklist = HOST/etc/dnf/plugins/versionlock.list\n';
  const main = (text: string) => ({ 'etc/dnf/dnf.conf': `[main]\n${text}` });

  it.each<[string, Readonly<Record<string, string>>, string | null, string, string | null]>([
    ['an exclude of a name', main('exclude=lib\n'), null, 'lib', null],
    ['an exclude of a version', main('excludepkgs=foo,\n  lib-3*\n'), null, 'lib >= 1', 'lib-2-1.el9.noarch'],
    ['an exclude beside what is there', main('excludepkgs=lib\n'), '1', 'lib', 'lib-1-1.el9.noarch'],
    ['an exclude against an upgrade', main('excludepkgs=lib\n'), '1', 'lib >= 2', null],
    ['a version lock', { [CONF]: ON, [LIST]: 'lib-0:2-1.el9.*\n' }, null, 'lib', 'lib-2-1.el9.noarch'],
    ['a version lock against an upgrade', { [CONF]: ON, [LIST]: '# a comment\nlib-0:1-1.el9.*\n' }, '1', 'lib >= 2', null],
    ['a version that is locked out', { [CONF]: ON, [LIST]: '!lib-0:3-1.el9.*\n' }, null, 'lib', 'lib-2-1.el9.noarch'],
    [
      'a version lock that is switched off',
      { [CONF]: ON.replace('1', '0'), [LIST]: 'lib-0:2-1.el9.*\n' },
      null,
      'lib',
      'lib-3-1.el9.noarch',
    ],
  ])('%s', async (_, files, installed, needs, expected) => {
    const lab = await rpmStateLab([...VERSIONS, { name: 'hello', requires: [needs] }]);
    const has = [...(await lab.rpms([{ name: 'base' }])), ...(installed === null ? [] : [lab.upstreamRpm(`lib-${installed}`)])];
    const atHost = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, text.replace('HOST', `${lab.dir}/host`)]));
    const host = await RpmHost.with(lab, has, atHost);
    const packageRules = Object.entries(files).map(([path, content]) => ({ path: `/${path}`, content: content.replace('HOST', '') }));
    const packages = { base: ['1.0-1.el9'], ...(installed === null ? {} : { lib: [`${installed}-1.el9`] }) };
    const facts = lab.write('facts.json', JSON.stringify({ facts: { packages, packageRules } }));
    const built = await lab.build(['hello'], '--baseline', facts);
    expect(built.code === 0, built.stderr).toBe(expected !== null);
    const done = await host.dnf(built.code === 0 ? 'tree' : 'upstream', 'install', 'hello');
    expect(done.status === 0, done.stdout + done.stderr).toBe(expected !== null);
    if (expected !== null) expect(done.installed).toEqual(['base-1.0-1.el9.noarch', 'hello-1.0-1.el9.noarch', expected]);
  });
});

describe.skipIf(missing.length > 0)('a dependency set off by what the host has', () => {
  const PACKAGES: readonly RpmFixture[] = [
    { name: 'hello', requires: ['(httpd-filter if httpd)'] },
    { name: 'httpd' },
    { name: 'httpd-filter' },
  ];

  it('is named where no host was told, and dnf asks for it on such a host', async () => {
    const lab = await rpmStateLab(PACKAGES);
    const built = await lab.build(['hello']);
    expect(built.code, built.stderr).toBe(0);
    expect(built.stdout).toContain('condition: not for every host');
    expect(built.stdout).toContain('hello requires (httpd-filter if httpd)');
    const host = await RpmHost.with(lab, [lab.upstreamRpm('httpd-1.0')]);
    const done = await host.dnf('tree', 'install', 'hello');
    expect([done.status, done.stdout + done.stderr]).toEqual([1, expect.stringContaining('(httpd-filter if httpd)')]);
  });

  it.each([
    ['a bundle that has it', ['hello', 'httpd-filter'], false],
    ['a bundle for that host', ['hello'], true],
  ])('is no condition of %s', async (_, packages, isForHost) => {
    const lab = await rpmStateLab(PACKAGES);
    const host = await RpmHost.with(lab, [lab.upstreamRpm('httpd-1.0')]);
    const built = await lab.build(packages, ...(isForHost ? ['--baseline', lab.write('host.txt', await host.list())] : []));
    expect(built.code, built.stderr).toBe(0);
    expect(built.stdout).not.toContain('condition:');
    expect(await installOn(host, 'hello')).toEqual(['hello-1.0-1.el9.noarch', 'httpd-1.0-1.el9.noarch', 'httpd-filter-1.0-1.el9.noarch']);
  });
});
