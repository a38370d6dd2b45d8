/**
 * A table of what makes choosing RPM packages hard, with repositories built by the real rpmbuild and createrepo_c. Names of one case share
 * a prefix.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DnfRepository } from '../../support/dnf-oracle.ts';
import { buildRpms, createRepo, modifyRepo, type RpmFixture } from './rpm-fixtures.ts';

/** One question both are asked. */
export interface HardCase {
  readonly about: string;
  readonly install: readonly string[];
  /** Repositories of {@link writeHardRepositories}. */
  readonly from: readonly string[];
  readonly weak?: boolean;
  readonly modules?: readonly string[];
  /** What both must say, where it is known from the documentation: NEVRAs, or `refused`. */
  readonly expected?: readonly string[] | 'refused';
}

const MAIN: readonly RpmFixture[] = [
  // Rich dependencies
  { name: 'or-app', requires: ['(or-a or or-b)'] },
  { name: 'or-app2', requires: ['(or-b or or-a)'] },
  { name: 'or-a' },
  { name: 'or-b' },
  { name: 'if-app', requires: ['(if-extra if if-base)'] },
  { name: 'if-extra' },
  { name: 'if-base' },
  { name: 'else-app', requires: ['(or-a if nothing-has-this else or-b)'] },
  { name: 'with-app', requires: ['(with-vp >= 2 with with-feature = 3)'] },
  { name: 'with-old', provides: ['with-vp = 2.0', 'with-feature = 2'] },
  { name: 'with-new', provides: ['with-vp = 2.1', 'with-feature = 3'] },
  { name: 'without-app', requires: ['(without-cap without without-bad)'] },
  { name: 'without-a', provides: ['without-cap', 'without-bad'] },
  { name: 'without-b', provides: ['without-cap'] },
  { name: 'nested-app', requires: ['((or-a and or-b) or (if-extra and nothing-has-this))'] },
  { name: 'unless-app', conflicts: ['(or-a unless or-b)'] },
  { name: 'unless-user', requires: ['unless-app', 'or-a'] },
  // Weak dependencies
  { name: 'weak-app', recommends: ['weak-friend'], suggests: ['weak-idea'] },
  { name: 'weak-friend' },
  { name: 'weak-idea' },
  { name: 'weak-plugin', supplements: ['(weak-app and or-a)'] },
  { name: 'weak-fan', enhances: ['weak-app'] },
  { name: 'pref-app', requires: ['pref-lang'], suggests: ['pref-small'] },
  { name: 'pref-all', provides: ['pref-lang'] },
  { name: 'pref-small', provides: ['pref-lang'] },
  // Versions
  { name: 'epoch-lib', version: '9.0' },
  { name: 'epoch-lib', epoch: 2, version: '1.0' },
  { name: 'range-app', requires: ['range-lib > 1.0~rc1', 'range-lib < 1.0.1'] },
  ...['1.0~rc1', '1.0', '1.0^git1~pre', '1.0^git1', '1.0.1'].map((version) => ({ name: 'range-lib', version })),
  { name: 'release-app', requires: ['release-lib = 1.0'] },
  { name: 'release-lib', release: '3.el9' },
  { name: 'release-lib', release: '5.el9' },
  { name: 'bare-app', requires: ['bare-cap >= 2'] },
  { name: 'bare-lib', provides: ['bare-cap'] },
  { name: 'broken-lib', version: '2.0', requires: ['nothing-has-this'] },
  { name: 'broken-lib', version: '1.0' },
  { name: 'pinned-app', requires: ['pinned-lib = 1.0-1.el9'] },
  { name: 'pinned-other', requires: ['pinned-lib = 2.0-1.el9'] },
  { name: 'pinned-lib', version: '1.0' },
  { name: 'pinned-lib', version: '2.0' },
  // Obsoletes and conflicts
  { name: 'old-name' },
  { name: 'new-name', version: '2.0', provides: ['old-name = 2.0'], obsoletes: ['old-name < 2'] },
  { name: 'gone-name' },
  { name: 'heir-name', version: '2.0', obsoletes: ['gone-name < 2'] },
  { name: 'gone-app', requires: ['gone-name'] },
  { name: 'cap-app', requires: ['cap-thing'] },
  { name: 'cap-aged', provides: ['cap-thing'] },
  { name: 'cap-fresh', provides: ['cap-thing'], obsoletes: ['cap-aged'] },
  { name: 'self-pkg', version: '1.0' },
  { name: 'self-pkg', version: '2.0', obsoletes: ['self-pkg < 2'] },
  { name: 'alias-pkg', provides: ['alias-old = 1'], obsoletes: ['alias-pkg-old', 'alias-old'] },
  { name: 'web-a', provides: ['web-server'], conflicts: ['web-server'] },
  { name: 'web-b', provides: ['web-server'], conflicts: ['web-server'] },
  { name: 'fight-a', conflicts: ['fight-lib < 2'] },
  { name: 'fight-b', requires: ['fight-lib = 1.0'] },
  { name: 'fight-lib', version: '1.0' },
  { name: 'fight-lib', version: '2.0' },
  // Alternatives of a distribution
  { name: 'tool', provides: ['tool-full = 1.0'], requires: ['libtool.so()(64bit)'], conflicts: ['tool-minimal'] },
  { name: 'tool-minimal', provides: ['tool = 1.0'], requires: ['libtool.so()(64bit)'], conflicts: ['tool'] },
  { name: 'libtool', provides: ['libtool.so()(64bit)', 'libtool-full'], conflicts: ['libtool-minimal'] },
  { name: 'libtool-minimal', provides: ['libtool.so()(64bit)'], conflicts: ['libtool'] },
  { name: 'tool-app', requires: ['tool'] },
  { name: 'core-utils', requires: ['core-common = 1.0-1.el9'], conflicts: ['core-utils-single'] },
  { name: 'core-common', conflicts: ['core-utils-single'] },
  { name: 'core-utils-single', provides: ['core-utils = 1.0-1.el9'], conflicts: ['core-common'] },
  { name: 'core-app', requires: ['core-utils'] },
  // Architectures and install-only packages
  { name: 'multi-lib', arch: 'x86_64', provides: ['multi.so()(64bit)'] },
  { name: 'multi-lib', arch: 'i686', provides: ['multi.so'], requires: ['multi-common'] },
  { name: 'multi-common', arch: 'x86_64' },
  { name: 'multi-common', arch: 'i686' },
  { name: 'multi-app', arch: 'x86_64', requires: ['multi-lib'] },
  // rpmbuild gives each package its word size: word-lib(x86-32).
  { name: 'word-app', arch: 'x86_64', requires: ['word-lib(x86-32)'] },
  { name: 'word-rich', arch: 'x86_64', requires: ['(word-lib(x86-32) with word-three)'] },
  { name: 'word-lib', version: '2', arch: 'x86_64' },
  { name: 'word-lib', version: '3', arch: 'i686', provides: ['word-three'] },
  { name: 'word-new', arch: 'x86_64', requires: ['word-lib >= 3'] },
  { name: 'word-wine', arch: 'i686', requires: ['word-deep(x86-32)'] },
  { name: 'word-deep', arch: 'i686', requires: ['(word-leaf(x86-32) and word-lib)'] },
  { name: 'word-leaf', arch: 'i686' },
  { name: 'word-user', arch: 'x86_64', requires: ['word-leaf(x86-32)'] },
  { name: 'mixed-pkg', version: '1.0', arch: 'x86_64' },
  { name: 'mixed-pkg', version: '2.0' },
  ...['5.1', '5.2'].map((version) => ({
    name: 'kern-core',
    version,
    arch: 'x86_64',
    provides: [`installonlypkg(kernel)`, `kern-abi = ${version}`],
  })),
  { name: 'kern-driver', requires: ['kern-abi = 5.1'] },
  { name: 'kern-user', requires: ['kern-core >= 5.2', 'kern-driver'] },
  // Files, own capabilities, cycles
  { name: 'path-app', requires: ['/usr/libexec/path-tool'] },
  { name: 'path-tool', files: [{ path: '/usr/libexec/path-tool', content: 'tool' }] },
  { name: 'bin-app', requires: ['/usr/bin/bin-tool'] },
  { name: 'bin-tool', files: [{ path: '/usr/bin/bin-tool', content: 'tool' }] },
  { name: 'config-app', provides: ['config(config-app) = 1.0'], requires: ['config(config-app) = 1.0'] },
  { name: 'cycle-a', requiresPre: ['cycle-b'] },
  { name: 'cycle-b', requires: ['cycle-a'] },
  { name: 'lonely-app', requires: ['libc.so.6(GLIBC_2.99)(64bit)'] },
  // Several upstreams
  { name: 'rank-lib', version: '2.0' },
  { name: 'rank-app', requires: ['rank-lib >= 2'] },
  { name: 'rank-user', requires: ['rank-lib'] },
  { name: 'hide-lib', version: '1.0' },
  { name: 'hide-user', requires: ['hide-lib'] },
  // Joint requests
  { name: 'joint-server', requires: ['(joint-policy if joint-selinux)'] },
  { name: 'joint-selinux' },
  { name: 'joint-policy' },
  // Modules
  { name: 'mod-user', requires: ['mod-pkg'] },
];

const EXTRA: readonly RpmFixture[] = [
  { name: 'rank-lib', version: '1.0' },
  { name: 'hide-lib', version: '2.0' },
];

const MODULAR: readonly RpmFixture[] = [
  { name: 'mod-pkg', version: '15.0', modularityLabel: 'mod:15:1:ctx' },
  { name: 'mod-pkg', version: '16.0', modularityLabel: 'mod:16:1:ctx' },
  { name: 'mod-pkg', version: '99.0' },
  { name: 'mod-fork', version: '99.0', provides: ['mod-pkg = 99.0'] },
  { name: 'opt-pkg', version: '3.0', modularityLabel: 'opt:3:1:ctx' },
  { name: 'opt-pkg', version: '1.0' },
  { name: 'dep-pkg', version: '1.0', requires: ['mod-pkg >= 16'], modularityLabel: 'dep:a:1:ctx' },
];

/** A stream of a module, what it requires, and whether it is the default. Its only package is `<module>-pkg` of the stream's number. */
type Stream = readonly [id: string, requires?: Readonly<Record<string, readonly string[]>>, isDefault?: 'default'];

/** Modules that hang on each other. */
const WEB: readonly Stream[] = [
  ...([['perlm:5.26', {}, 'default'], ['perlm:5.30']] as const),
  ['dbi1:1', { perlm: ['5.26'] }, 'default'],
  ['dbi2:1', { perlm: ['5.30'] }],
  ['dbi3:1', { dbi2: ['1'] }],
  ...([['ngx:1.20'], ['ngx:1.22'], ['ngx:1.24', {}, 'default']] as const),
  ['any:1', { ngx: [] }],
  ['anybut:1', { ngx: ['-1.20'] }],
  ['anyold:1', { ngx: ['-1.24'] }],
  ['twoold:1', { ngx: ['1.22', '1.20'] }],
  ...([['free:2'], ['free:10'], ['free:1']] as const),
  ['anyfree:1', { free: [] }],
  ['notten:1', { free: ['-10'] }],
  ...([['try:1', { half: ['1', '2'] }], ['half:1', { nobody: [] }], ['half:2']] as const),
  ...([['aaa:1', { zzz: ['2'] }, 'default'], ['zzz:1', {}, 'default'], ['zzz:2']] as const),
  ...([['yab:1', { abb: ['2'] }, 'default'], ['abb:1', {}, 'default'], ['abb:2']] as const),
];

const FAR: readonly RpmFixture[] = [{ name: 'far-pkg', version: '1.0', modularityLabel: 'far:a:1:ctx' }];

const HOTFIX: readonly RpmFixture[] = [{ name: 'mod-pkg', version: '15.5' }];

/** Module documents by repository: mod has a default stream, opt has none, dep requires mod:16; far is of another platform. */
export const MODULES_YAML: Readonly<Record<string, string>> = {
  modular: [
    stream('mod', '15', 'mod-pkg-0:15.0-1.el9.noarch'),
    stream('mod', '16', 'mod-pkg-0:16.0-1.el9.noarch'),
    stream('opt', '3', 'opt-pkg-0:3.0-1.el9.noarch'),
    stream('dep', 'a', 'dep-pkg-0:1.0-1.el9.noarch', { mod: '16' }),
    defaultStream('mod', '15'),
  ].join(''),
  web: webModules(),
  far: [stream('far', 'a', 'far-pkg-0:1.0-1.el9.noarch', {}, 'el8'), defaultStream('far', 'a')].join(''),
};

function webModules(): string {
  return WEB.map(([name, requires = {}, isDefault]) => {
    const [module = '', id = ''] = name.split(':');
    const text = stream(module, id, `${module}-pkg-0:${id}-1.el9.noarch`, requires);
    return isDefault === undefined ? text : text + defaultStream(module, id);
  }).join('');
}

function webPackages(): RpmFixture[] {
  return WEB.map(([name]) => ({
    name: `${name.split(':')[0]}-pkg`,
    version: name.split(':')[1] ?? '',
    modularityLabel: `${name}:1:c0ffee00`,
  }));
}

function defaultStream(name: string, id: string): string {
  return `---\ndocument: modulemd-defaults\nversion: 1\ndata:\n  module: ${name}\n  stream: "${id}"\n  profiles: {}\n...\n`;
}

function stream(
  name: string,
  id: string,
  artifact: string,
  requires: Readonly<Record<string, string | readonly string[]>> = {},
  platform = 'el9',
): string {
  const needs = Object.entries({ platform, ...requires }).map(
    ([module, wanted]) => `        ${module}: ${JSON.stringify([wanted].flat())}`,
  );
  return [
    ...['---', 'document: modulemd', 'version: 2', 'data:', `  name: ${name}`, `  stream: "${id}"`, '  version: 1', '  context: c0ffee00'],
    ...['  arch: x86_64', '  summary: a module', '  description: a module', '  license:', '    module: [MIT]'],
    ...['  dependencies:', '    - requires:', ...needs],
    ...['  artifacts:', '    rpms:', `    - ${artifact}`, '...', ''],
  ].join('\n');
}

const main = ['main'];

/** The questions. */
export const HARD_CASES: readonly HardCase[] = [
  { about: 'or: the first by name', install: ['or-app'], from: main, expected: ['or-a-1.0-1.el9.noarch', 'or-app-1.0-1.el9.noarch'] },
  { about: 'or: whatever the order it is written in', install: ['or-app2'], from: main },
  { about: 'or: what is there already', install: ['or-app', 'or-b'], from: main },
  { about: 'if: not without its condition', install: ['if-app'], from: main, expected: ['if-app-1.0-1.el9.noarch'] },
  { about: 'if: with its condition', install: ['if-app', 'if-base'], from: main },
  { about: 'if else: the other branch', install: ['else-app'], from: main },
  {
    about: 'with: one package has both',
    install: ['with-app'],
    from: main,
    expected: ['with-app-1.0-1.el9.noarch', 'with-new-1.0-1.el9.noarch'],
  },
  { about: 'without', install: ['without-app'], from: main, expected: ['without-app-1.0-1.el9.noarch', 'without-b-1.0-1.el9.noarch'] },
  { about: 'and inside or', install: ['nested-app'], from: main },
  { about: 'conflict unless: alone', install: ['unless-app'], from: main },
  { about: 'conflict unless: met by what lifts it', install: ['unless-user'], from: main },
  { about: 'recommends left out', install: ['weak-app'], from: main, expected: ['weak-app-1.0-1.el9.noarch'] },
  { about: 'recommends followed, suggests never', install: ['weak-app'], from: main, weak: true },
  { about: 'supplements of two packages', install: ['weak-app', 'or-a'], from: main, weak: true },
  { about: 'a suggestion decides between alternatives', install: ['pref-app'], from: main },
  { about: 'epoch before version', install: ['epoch-lib'], from: main, expected: ['epoch-lib-2:1.0-1.el9.noarch'] },
  {
    about: 'tilde and caret',
    install: ['range-app'],
    from: main,
    expected: ['range-app-1.0-1.el9.noarch', 'range-lib-1.0^git1-1.el9.noarch'],
  },
  { about: 'a version without release', install: ['release-app'], from: main },
  { about: 'a provide without version', install: ['bare-app'], from: main },
  { about: 'an older version when the newest cannot be installed', install: ['broken-lib'], from: main },
  { about: 'two versions of one package', install: ['pinned-app', 'pinned-other'], from: main, expected: 'refused' },
  { about: 'obsoleted and provided', install: ['old-name'], from: main, expected: ['new-name-2.0-1.el9.noarch'] },
  { about: 'obsoleted and not provided, by name', install: ['gone-name'], from: main },
  { about: 'obsoleted and not provided, required', install: ['gone-app'], from: main },
  { about: 'obsoleted among providers', install: ['cap-app'], from: main },
  { about: 'obsoletes itself', install: ['self-pkg'], from: main, expected: ['self-pkg-2.0-1.el9.noarch'] },
  { about: 'obsoletes what it provides', install: ['alias-pkg'], from: main },
  { about: 'conflicts with its own capability', install: ['web-a'], from: main, expected: ['web-a-1.0-1.el9.noarch'] },
  { about: 'conflicts with another of its kind', install: ['web-a', 'web-b'], from: main, expected: 'refused' },
  { about: 'a versioned conflict', install: ['fight-a', 'fight-b'], from: main, expected: 'refused' },
  { about: 'curl and curl-minimal: required', install: ['tool-app'], from: main },
  { about: 'curl and curl-minimal: the small one asked for', install: ['tool-app', 'tool-minimal'], from: main },
  { about: 'coreutils and coreutils-single: required', install: ['core-app'], from: main },
  { about: 'coreutils and coreutils-single: the small one asked for', install: ['core-app', 'core-utils-single'], from: main },
  { about: 'coreutils and coreutils-single: both', install: ['core-common', 'core-utils-single'], from: main, expected: 'refused' },
  { about: 'multilib: by name', install: ['multi-lib'], from: main, expected: ['multi-lib-1.0-1.el9.x86_64'] },
  { about: 'multilib: the other word size by name', install: ['multi-lib.i686'], from: main },
  { about: 'multilib: both word sizes', install: ['multi-lib.i686', 'multi-lib.x86_64'], from: main },
  { about: 'multilib: required', install: ['multi-app'], from: main },
  {
    about: 'multilib: what is asked for serves a native package',
    install: ['word-app', 'word-lib.i686'],
    from: main,
    expected: ['word-app-1.0-1.el9.x86_64', 'word-lib-3-1.el9.i686'],
  },
  { about: 'multilib: asked for by NEVRA', install: ['word-app', 'word-lib-3-1.el9.i686'], from: main },
  { about: 'multilib: in a rich dependency', install: ['word-rich', 'word-lib.i686'], from: main },
  { about: 'multilib: a version only the other word size has', install: ['word-lib-3'], from: main, expected: ['word-lib-3-1.el9.i686'] },
  { about: 'multilib: the same as a condition', install: ['word-lib = 3'], from: main, expected: ['word-lib-3-1.el9.i686'] },
  { about: 'multilib: a name only the other word size has', install: ['word-leaf'], from: main, expected: ['word-leaf-1.0-1.el9.i686'] },
  { about: 'multilib: that version for a native package', install: ['word-new', 'word-lib-3'], from: main },
  { about: 'multilib: native before what is asked for', install: ['word-lib'], from: main, expected: ['word-lib-2-1.el9.x86_64'] },
  { about: 'multilib: what comes with what is asked for', install: ['word-user', 'word-wine.i686'], from: main },
  { about: 'a newer noarch of the same name', install: ['mixed-pkg'], from: main },
  { about: 'install-only: the newest', install: ['kern-core'], from: main },
  { about: 'install-only: two versions at once', install: ['kern-user'], from: main },
  {
    about: 'a path outside primary',
    install: ['path-app'],
    from: main,
    expected: ['path-app-1.0-1.el9.noarch', 'path-tool-1.0-1.el9.noarch'],
  },
  { about: 'a path in primary', install: ['bin-app'], from: main },
  { about: 'a path as a request', install: ['/usr/bin/bin-tool'], from: main },
  { about: 'config() of its own', install: ['config-app'], from: main },
  { about: 'a cycle with a pre-requirement', install: ['cycle-a'], from: main },
  { about: 'a capability nobody has', install: ['lonely-app'], from: main, expected: 'refused' },
  { about: 'a name nobody has', install: ['nothing-has-this'], from: main, expected: 'refused' },
  { about: 'name.arch', install: ['multi-lib.x86_64'], from: main },
  { about: 'name-version', install: ['range-lib-1.0'], from: main },
  { about: 'name-version-release', install: ['release-lib-1.0-3.el9'], from: main, expected: ['release-lib-1.0-3.el9.noarch'] },
  { about: 'name-epoch:version-release.arch', install: ['epoch-lib-2:1.0-1.el9.noarch'], from: main },
  { about: 'name = version', install: ['range-lib = 1.0.1'], from: main },
  { about: 'name < version', install: ['range-lib < 1.0.1'], from: main },
  { about: 'a capability as a request', install: ['cap-thing'], from: main },
  { about: 'priority before version, by name', install: ['rank-lib'], from: ['main', 'extra'] },
  { about: 'priority before version, required', install: ['rank-user'], from: ['main', 'extra'] },
  { about: 'priority gives way to a requirement', install: ['rank-app'], from: ['main', 'extra'] },
  { about: 'excluded in one upstream', install: ['hide-user'], from: ['main', 'extra'] },
  { about: 'a second package triggers what the first requires', install: ['joint-server', 'joint-selinux'], from: main },
  { about: 'the default stream hides the rest', install: ['mod-pkg'], from: ['main', 'modular'], expected: ['mod-pkg-15.0-1.el9.noarch'] },
  { about: 'the default stream for a requirement', install: ['mod-user'], from: ['main', 'modular'] },
  { about: 'a hidden version', install: ['mod-pkg-99.0'], from: ['main', 'modular'], expected: 'refused' },
  { about: 'a plain package that provides a modular name', install: ['mod-fork'], from: ['main', 'modular'] },
  {
    about: 'a chosen stream',
    install: ['mod-pkg'],
    from: ['main', 'modular'],
    modules: ['mod:16'],
    expected: ['mod-pkg-16.0-1.el9.noarch'],
  },
  {
    about: 'no default stream: the plain package',
    install: ['opt-pkg'],
    from: ['main', 'modular'],
    expected: ['opt-pkg-1.0-1.el9.noarch'],
  },
  { about: 'a chosen stream without default', install: ['opt-pkg'], from: ['main', 'modular'], modules: ['opt:3'] },
  { about: 'a chosen stream that requires another', install: ['dep-pkg'], from: ['main', 'modular'], modules: ['dep:a', 'mod:16'] },
  ...(
    [
      [
        'what it requires before a default',
        ['dbi2:1'],
        ['dbi2-pkg', 'perlm-pkg'],
        ['dbi2-pkg-1-1.el9.noarch', 'perlm-pkg-5.30-1.el9.noarch'],
      ],
      ['a default that does not go with what it requires', ['dbi2:1'], ['dbi1-pkg'], 'refused'],
      ['other defaults stay', ['dbi2:1'], ['ngx-pkg'], ['ngx-pkg-1.24-1.el9.noarch']],
      ['what is required requires more', ['dbi3:1'], ['dbi3-pkg', 'perlm-pkg']],
      ['against what another requires', ['dbi2:1', 'perlm:5.26'], ['perlm-pkg'], 'refused'],
      ['any stream of another: its default', ['any:1'], ['any-pkg', 'ngx-pkg'], ['any-pkg-1-1.el9.noarch', 'ngx-pkg-1.24-1.el9.noarch']],
      ['any stream but one', ['anybut:1'], ['ngx-pkg'], ['ngx-pkg-1.24-1.el9.noarch']],
      ['any stream but the default', ['anyold:1'], ['ngx-pkg'], ['ngx-pkg-1.20-1.el9.noarch']],
      ['two streams that are not the default', ['twoold:1'], ['ngx-pkg']],
      ['any stream where none is default', ['anyfree:1'], ['free-pkg'], ['free-pkg-10-1.el9.noarch']],
      ['any stream but the first', ['notten:1'], ['free-pkg'], ['free-pkg-1-1.el9.noarch']],
      ['any stream, and another choice', ['anyfree:1', 'free:2'], ['free-pkg']],
      ['one of two streams that cannot be active', ['try:1'], ['half-pkg']],
      ['a stream that cannot be active', ['half:1'], ['half-pkg'], 'refused'],
      ['a default that requires another stream than the default', [], ['zzz-pkg']],
      ['a default that comes too late', [], ['abb-pkg']],
      ['a default that comes too late is none', [], ['yab-pkg'], 'refused'],
    ] as const
  ).map(([what, modules, install, expected]) => ({
    ...{ about: `a chosen stream: ${what}`, install, from: ['web'], modules },
    ...(expected === undefined ? {} : { expected }),
  })),
  { about: 'a default stream of another platform', install: ['far-pkg'], from: ['main', 'far'], expected: 'refused' },
  { about: 'module_hotfixes beside a default stream', install: ['mod-pkg'], from: ['main', 'modular', 'hotfix'] },
];

/**
 * Builds the repositories below `dir`: `main`, `extra` (preferred, some packages excluded), `modular`, `web`, `far`, `hotfix`. Takes half a
 * minute.
 */
export async function writeHardRepositories(dir: string): Promise<DnfRepository[]> {
  const build = async (name: string, fixtures: readonly RpmFixture[]): Promise<string> => {
    await buildRpms(fixtures, join(dir, name), { payload: 'w.ufdio' });
    await createRepo(join(dir, name));
    return `file://${join(dir, name)}`;
  };
  const repositories = [
    { name: 'main', url: await build('main', MAIN) },
    { name: 'extra', url: await build('extra', EXTRA), priority: 10, excludes: ['hide-*'] },
    { name: 'modular', url: await build('modular', MODULAR) },
    { name: 'far', url: await build('far', FAR) },
    { name: 'web', url: await build('web', webPackages()) },
    { name: 'hotfix', url: await build('hotfix', HOTFIX), moduleHotfixes: true },
  ];
  for (const [name, text] of Object.entries(MODULES_YAML)) {
    const yaml = join(dir, `${name}.yaml`);
    await writeFile(yaml, text);
    await modifyRepo(join(dir, name), 'modules', yaml);
  }
  return repositories;
}
