/** Bundles for hosts in every state a dpkg database can be in: what we say is proved, the real apt and dpkg install from the tree alone. */
import { describe, expect, it } from 'vitest';
import { aptInstall, captureFacts, debStateLab, type HostDeb, statusStanza } from '../lab/hosts/deb-host.ts';
import { hasProgram } from '../lab/hosts/lab-unavailable.ts';

const missing = ['apt-get', 'dpkg'].filter((name) => !hasProgram(name));

describe.skipIf(missing.length > 0)(`an index that lacks what a package needs${missing.join(' ')}`, () => {
  const HIDDEN: readonly HostDeb[] = [['hello 1', { Depends: 'libgreet' }, { Depends: '' }], ['libgreet 1']];

  it('is told, and the bundle has what the package says', async () => {
    const lab = debStateLab(HIDDEN);
    const built = await lab.build(['hello']);
    expect(built.code, built.stderr).toBe(0);
    expect(built.stderr).toContain('hello_1_amd64.deb [toy] has other dependencies than its upstream');
    expect(built.stderr).toContain('Depends: only the package says libgreet');
    const done = await aptInstall(lab, '', ['hello']);
    expect(done.installed, done.stdout + done.stderr).toEqual(['hello 1 install ok installed', 'libgreet 1 install ok installed']);
  });
});

/** What a host with `status` makes of a bundle of `hello` that is built for it: what dpkg has then, or why there is no bundle. */
async function helloOn(packages: readonly HostDeb[], status: string): Promise<readonly string[] | string> {
  const lab = debStateLab(packages);
  const built = await lab.build(['hello'], '--baseline', lab.write('status', status));
  if (built.code !== 0) return built.stderr;
  const done = await aptInstall(lab, status, ['hello']);
  expect(done.status, done.stdout + done.stderr).toBe(0);
  return done.installed.map((line) => line.replace(/ (?:install|hold) ok installed$/, ''));
}

describe.skipIf(missing.length > 0)('a package of the host', () => {
  const NEEDS_VENDOR: HostDeb = ['hello 1', { Depends: 'vendor' }];
  const TRIGGERS = { 'Triggers-Awaited': 'other' };

  it.each([
    ['install ok unpacked', {}],
    ['install ok half-configured', {}],
    ['install ok triggers-awaited', TRIGGERS],
    ['install ok triggers-pending', { 'Triggers-Pending': 'x' }],
    ['deinstall ok installed', {}],
  ])('that is "%s" is there for apt, so the bundle need not have it', async (state, fields) => {
    const status = `${statusStanza('vendor 1', fields, state)}\n${statusStanza('other 1')}`;
    expect(await helloOn([NEEDS_VENDOR], status)).toEqual(expect.arrayContaining(['hello 1', expect.stringMatching(/^vendor 1/)]));
  });

  it('that waits for triggers is not brought back to an older version', async () => {
    const status = `${statusStanza('vendor 2', TRIGGERS, 'install ok triggers-awaited')}\n${statusStanza('other 1')}`;
    const older: readonly HostDeb[] = [['hello 1', { Depends: 'vendor (<< 2)' }], ['vendor 1']];
    expect(await helloOn(older, status)).toMatch(/SOLVE_UNSATISFIABLE/);
  });

  it('that is half-installed serves nobody: a newer one comes along', async () => {
    const status = `${statusStanza('vendor 1', {}, 'install ok half-installed')}\n${statusStanza('other 1')}`;
    expect(await helloOn([NEEDS_VENDOR, ['vendor 2']], status)).toEqual(['hello 1', 'other 1', 'vendor 2']);
    expect(await helloOn([NEEDS_VENDOR], status)).toMatch(/SOLVE_UNSATISFIABLE|SOLVE_UNKNOWN_NAME/);
  });

  it('that wants to be reinstalled is carried, as apt does nothing without an archive of it', async () => {
    const status = `${statusStanza('vendor 1', {}, 'install reinstreq half-installed')}\n${statusStanza('other 1')}`;
    expect(await helloOn([['hello 1'], ['vendor 1']], status)).toContain('hello 1');
    expect(await helloOn([['hello 1']], status)).toContain('vendor (>= 1), which is half-installed on the host');
  });

  it('that is on hold stays as it is, or there is no bundle', async () => {
    const held = statusStanza('vendor 1', {}, 'hold ok installed');
    const newer: HostDeb = ['vendor 2'];
    expect(await helloOn([NEEDS_VENDOR, newer], held)).toEqual(['hello 1', 'vendor 1']);
    const refused = await helloOn([['hello 2', { Depends: 'vendor (>= 2)' }], newer], held);
    expect(refused).toContain('vendor is on hold on the host at 1');
    // An older version that does with what is there is taken.
    const older: HostDeb = ['hello 1', { Depends: 'vendor' }];
    expect(await helloOn([['hello 2', { Depends: 'vendor (>= 2)' }], older, newer], held)).toEqual(['hello 1', 'vendor 1']);
  });

  it('that nobody can read costs itself, and is told', async () => {
    const lab = debStateLab([NEEDS_VENDOR, ['vendor 1']]);
    const status = `${statusStanza('vendor 1', { Version: 'not a version' })}\n${statusStanza('odd 1', { Depends: 'a ((' })}`;
    const built = await lab.build(['hello'], '--baseline', lab.write('status', status));
    expect(built.code, built.stderr).toBe(0);
    expect(built.stderr).toContain('odd: nobody can read its depends, which counts as empty');
    expect(built.stderr).toContain('package vendor: version "not a version" is not acceptable; this package is left out');
  });
});

describe.skipIf(missing.length > 0)('a pin of the host', () => {
  const pin = (name: string, what: string, priority: number) => `Package: ${name}\nPin: ${what}\nPin-Priority: ${priority}\n`;
  const NEEDS_NEWER: HostDeb = ['hello 2', { Depends: 'vendor (>= 2)' }];
  const TAKES_ANY: HostDeb = ['hello 1', { Depends: 'vendor' }];

  /** What dpkg has after a bundle for such a host was installed on it, or null where there is no bundle and apt has no way either. */
  async function helloUnder(preferences: string, packages: readonly HostDeb[], vendor: string | null): Promise<readonly string[] | null> {
    const lab = debStateLab(packages);
    const installed = vendor === null ? {} : { vendor: [vendor] };
    const packageRules = [{ path: '/etc/apt/preferences.d/own', content: preferences }];
    const facts = lab.write('facts.json', JSON.stringify({ facts: { packages: { ...installed, base: ['1'] }, packageRules } }));
    const status = [statusStanza('base 1'), ...(vendor === null ? [] : [statusStanza(`vendor ${vendor}`)])].join('\n');
    const built = await lab.build(['hello'], '--baseline', facts);
    const own = { 'preferences.d/own': preferences };
    const source = { 'sources.list': `deb [trusted=yes] file:${lab.dir}/upstream ./\n` };
    const done = await aptInstall(lab, status, ['hello'], built.code === 0 ? own : { ...own, ...source });
    expect(done.status === 0, built.stderr + done.stdout + done.stderr).toBe(built.code === 0);
    return built.code === 0 ? done.installed.map((line) => line.split(' ').slice(0, 2).join(' ')) : null;
  }

  it.each<[string, string, readonly HostDeb[], string | null, readonly string[] | null]>([
    ['keeps the installed version', pin('vendor', 'version 1.*', 1001), [NEEDS_NEWER, ['vendor 2']], '1.5', null],
    ['keeps it, with another way', pin('vendor', 'version 1.*', 600), [TAKES_ANY, ['vendor 2']], '1.5', ['hello 1', 'vendor 1.5']],
    ['never wants a version', pin('vendor', 'version 2*', -1), [TAKES_ANY, ['vendor 2'], ['vendor 1']], null, ['hello 1', 'vendor 1']],
    ['never wants any version', pin('vendor', 'release a=*', -1), [TAKES_ANY, ['vendor 2']], null, null],
    ['never wants what lies on disk', pin('vendor', 'origin ""', -1), [TAKES_ANY, ['vendor 2']], null, null],
    ['ranks below what is installed', pin('vendor', 'version 2*', 50), [NEEDS_NEWER, ['vendor 2']], '1.5', null],
    ['ranks as high', pin('vendor', 'version 2*', 100), [NEEDS_NEWER, ['vendor 2']], '1.5', ['hello 2', 'vendor 2']],
    ['is of another release', pin('*', 'release o=Debian', -1), [TAKES_ANY, ['vendor 2']], null, ['hello 1', 'vendor 2']],
  ])('that %s counts as for apt', async (_, preferences, packages, vendor, expected) => {
    const installed = await helloUnder(preferences, packages, vendor);
    expect(installed).toEqual(expected === null ? null : ['base 1', ...expected]);
  });
});

describe.skipIf(missing.length > 0 || process.getuid?.() !== 0)('captured facts', () => {
  it('tell holds, states and pins, and the bundle is one for that host', async () => {
    const lab = debStateLab([
      ['hello 1', { Depends: 'held, vendor, pinned' }],
      ...['held 2', 'vendor 2', 'pinned 2'].map((text): HostDeb => [text]),
    ]);
    const status = [
      statusStanza('held 1', {}, 'hold ok installed'),
      statusStanza('vendor 1', {}, 'install ok unpacked'),
      statusStanza('pinned 1'),
    ].join('\n');
    const etc = { 'preferences.d/own': 'Package: pinned\nPin: version 1\nPin-Priority: 1001\n' };
    await aptInstall(lab, status, [], etc);
    const facts = await captureFacts(lab);
    expect(JSON.parse(facts)).toMatchObject({
      facts: {
        packages: { held: ['1'], pinned: ['1'] },
        heldPackages: ['held'],
        brokenPackages: [{ name: 'vendor', version: '1', state: 'unpacked', needsReinstall: false }],
        packageRules: expect.arrayContaining([expect.objectContaining({ path: '/etc/apt/preferences.d/own' })]),
      },
    });
    const built = await lab.build(['hello'], '--baseline', lab.write('facts.json', facts));
    expect(built.code, built.stderr).toBe(0);
    expect(built.stdout).toContain('(1 packages)');
    const done = await aptInstall(lab, status, ['hello'], etc);
    expect(done.status, done.stdout + done.stderr).toBe(0);
    expect(done.installed.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['held 1', 'hello 1', 'pinned 1', 'vendor 1']);
  });
});

describe.skipIf(missing.length > 0)('an order dpkg can configure in', () => {
  it.each<[string, readonly HostDeb[], string]>([
    [
      'a Pre-Depends each way',
      [
        ['hello 1', { 'Pre-Depends': 'b' }],
        ['b 1', { 'Pre-Depends': 'hello' }],
      ],
      '',
    ],
    [
      'a Pre-Depends one way and a Depends back',
      [
        ['hello 1', { 'Pre-Depends': 'b' }],
        ['b 1', { Depends: 'hello' }],
      ],
      '',
    ],
    [
      'a way back over another',
      [
        ['hello 1', { 'Pre-Depends': 'b' }],
        ['b 1', { Depends: 'c' }],
        ['c 1', { Depends: 'hello' }],
      ],
      '',
    ],
    [
      'an upgrade of both',
      [
        ['hello 2', { 'Pre-Depends': 'b (>= 2)' }],
        ['b 2', { Depends: 'hello (>= 2)' }],
      ],
      `${statusStanza('hello 1')}\n${statusStanza('b 1')}`,
    ],
  ])('is none with %s: refused by apt, and by us', async (_, packages, status) => {
    const lab = debStateLab(packages);
    const names = packages.map(([text]) => text.replace(' ', '='));
    const baseline = status === '' ? [] : ['--baseline', lab.write('status', status)];
    const built = await lab.build(names, ...baseline);
    expect(built.stderr).toMatch(/hello \d \[bundle\] Pre-Depends b[\s\S]*PROOF_FAILED|PROOF_FAILED[\s\S]*Pre-Depends b/);
    expect((await aptInstall(lab, status, names, { 'sources.list': `deb [trusted=yes] file:${lab.dir}/upstream ./\n` })).status).toBe(100);
  });

  it.each<[string, readonly HostDeb[], string]>([
    [
      'Depends in a circle',
      [
        ['hello 1', { Depends: 'b' }],
        ['b 1', { Depends: 'c' }],
        ['c 1', { Depends: 'hello' }],
      ],
      '',
    ],
    [
      'a Pre-Depends on a circle',
      [
        ['hello 1', { 'Pre-Depends': 'b' }],
        ['b 1', { Depends: 'c' }],
        ['c 1', { Depends: 'b' }],
      ],
      '',
    ],
    ['another way to meet it', [['hello 1', { 'Pre-Depends': 'b', Depends: 'd' }], ['b 1', { Depends: 'hello | d' }], ['d 1']], ''],
    [
      'what was configured before',
      [
        ['hello 2', { 'Pre-Depends': 'b', Breaks: 'b (<< 2)' }],
        ['b 2', { 'Pre-Depends': 'hello' }],
      ],
      `${statusStanza('hello 1')}\n${statusStanza('b 1')}`,
    ],
  ])('is there with %s: built, and installed by apt', async (_, packages, status) => {
    const lab = debStateLab(packages);
    const names = packages.map(([text]) => text.replace(' ', '='));
    const built = await lab.build(names, ...(status === '' ? [] : ['--baseline', lab.write('status', status)]));
    expect(built.code, built.stderr).toBe(0);
    const done = await aptInstall(lab, status, ['hello']);
    expect(done.status, done.stdout + done.stderr).toBe(0);
  });
});
