/** How a Debian 12 host answers the questions of facts and of `observe`, from what a {@link FakeHost} holds. */
import { groups, users } from '../../src/facts/accounts.ts';
import { machine } from '../../src/facts/machine.ts';
import { mounts } from '../../src/facts/mounts.ts';
import { osRelease } from '../../src/facts/os-release.ts';
import { installedPackages, packageManager, sources } from '../../src/facts/packages.ts';
import { EARLIER_RUNS } from '../../src/install/state/earlier-runs.ts';
import { type FakeHost, on, type Rule, sha256 } from './fake-host.ts';

/** What changes while an installation runs, besides files. */
export interface DebianState {
  readonly packages: Set<string>;
  readonly users: Set<string>;
  readonly groups: Set<string>;
  /** Running values that were set; any other is 0. */
  readonly sysctls: Map<string, string>;
  /** Unit → what systemctl says. */
  readonly units: Map<string, { active: string; enabled: string; isMasked?: boolean }>;
  /** Id of the bundle whose repository is complete; null: none. Asked for in the directory below. */
  repository: { readonly directory: string; readonly id: string } | null;
}

export function debianState(): DebianState {
  return {
    packages: new Set(),
    users: new Set(['root']),
    groups: new Set(['root']),
    sysctls: new Map(),
    units: new Map(),
    repository: null,
  };
}

/** Rules that play the host. Put others before them to change an answer. */
export function debianRules(state: DebianState): Rule[] {
  return [
    factRule(state),
    on('xargs -0 -r', ({ stdin }, host) => describePaths(stdin.split('\0').filter(Boolean), host)),
    on('systemctl show', ({ argv }) =>
      argv
        .slice(argv.indexOf('--') + 1)
        .map((unit) => describeUnit(state, unit))
        .join('\n\n'),
    ),
    on('rpm -q --whatprovides', ''),
    on('sysctl -- "$@"', ({ argv }) =>
      argv
        .slice(4)
        .map((key) => `${key} = ${state.sysctls.get(key) ?? '0'}`)
        .join('\n'),
    ),
    on('sysctl -q -w', ({ argv }) => {
      const [key = '', value = ''] = argv.at(-1)?.split('=') ?? [];
      state.sysctls.set(key, value);
      return '';
    }),
    on('apt-get -q -s install', 'Reading package lists...\n'),
    on('apt-get -q -y install', ({ argv }) => {
      for (const name of argv.slice(argv.indexOf('sh', 3) + 2)) state.packages.add(name);
      return '';
    }),
    on('dpkg --get-selections', ({ argv }, host) => {
      host.put(argv[4] ?? '', [...state.packages].sort().join('\n'));
      return '';
    }),
    on('/run/pigsty-install-preflight', ''),
    on('/var/lib/dpkg/updates', { code: 1 }),
    ({ argv }) => (argv.join(' ') === 'true' ? '' : undefined),
    on('systemctl daemon-reload', ''),
    on('groupadd', ({ argv }) => added(state.groups, argv)),
    on('useradd', ({ argv }) => added(state.users, argv)),
    unitRule(state),
  ];
}

function factRule(state: DebianState): Rule {
  return ({ argv, stdin }, host) => {
    if (argv.length !== 1 || argv[0] !== 'sh') return undefined;
    switch (stdin) {
      case osRelease.script:
        return 'ID=debian\nVERSION_ID="12"\n';
      case machine.script:
        return 'machine=x86_64\nhostname=infra-1\nuser=root\nuid=0\nMemTotal=4000000\nclock=1800000000\nsystemd=systemd 252\n';
      case mounts.script:
        return JSON.stringify({ filesystems: [{ target: '/', source: '/dev/a', fstype: 'ext4', options: 'rw', avail: 1e12, size: 1e12 }] });
      case packageManager.script:
        return 'apt=apt 2.6.1\n';
      case installedPackages.script:
        return ['amd64', ...[...state.packages].map((name) => `${name}\tamd64\t1\tinstall ok installed`)].join('\n');
      case users.script:
        return [...state.users].map((name, i) => `${name}:x:${i}:${i}::/:/bin/sh`).join('\n');
      case groups.script:
        // Everybody is a member of every group: memberships are not what these tests are about.
        return [...state.groups].map((name, i) => `${name}:x:${i}:${[...state.users].join(',')}`).join('\n');
      case sources.script:
        return filesBelow(host, '/etc/apt/sources.list');
      case EARLIER_RUNS.retained.script:
        return filesBelow(host, '/etc/pigsty/');
      case EARLIER_RUNS.journal.script:
        return newestJournal(host);
      case EARLIER_RUNS.history.script:
        return history(host);
      default:
        return stdin.includes('repo_complete') ? describeRepository(state, stdin) : '';
    }
  };
}

function added(names: Set<string>, argv: readonly string[]): string {
  names.add(argv.at(-1) ?? '');
  return '';
}

function filesBelow(host: FakeHost, prefix: string): string {
  return [...host.entries]
    .flatMap(([path, entry]) => (entry.type === 'file' && path.startsWith(prefix) ? [`${path}\0${entry.content}\0`] : []))
    .join('');
}

function newestJournal(host: FakeHost): string {
  const path =
    [...host.entries.keys()]
      .filter((one) => one.endsWith('/journal.ndjson'))
      .sort()
      .at(-1) ?? '';
  return path === '' ? '' : `${path.split('/').at(-2)}\n${host.text(path)}`;
}

function journals(host: FakeHost): string[] {
  const paths = [...host.entries.keys()].filter((path) => path.endsWith('/journal.ndjson')).sort();
  return paths.map((path) => host.text(path) ?? '');
}

function history(host: FakeHost): string {
  const lines = journals(host).flatMap((text) => text.split('\n').filter((line) => /^{"type":"end"|"kind":"path"/.test(line)));
  const copies = [...host.entries.keys()].filter((path) => /\/blobs\/\d+$/.test(path)).map((path) => `copy ${path}`);
  return [...lines, ...copies, ''].join('\n');
}

function describeRepository({ repository }: DebianState, script: string): string {
  const place = 'type=directory\ntarget=\nreal=/www\n';
  return repository !== null && script.includes(`cd ${repository.directory} `) ? `${place}complete=yes\nid=${repository.id}\n` : place;
}

function describePaths(paths: readonly string[], host: FakeHost): string {
  const records: string[] = [];
  const digests: string[] = [];
  for (const path of paths) {
    const entry = host.entries.get(path);
    if (entry === undefined) continue;
    if (entry.type === 'symlink') records.push([path, 'l', 'd', '777', 'root', 'root', '0', entry.target].join('\0'));
    else {
      const type = entry.type === 'file' ? 'f' : 'd';
      const size = entry.type === 'file' ? entry.content.length : 0;
      records.push([path, type, type, entry.mode.toString(8), entry.owner, entry.group, String(size), ''].join('\0'));
    }
    if (entry.type === 'file') digests.push(`${sha256(entry.content)}  ${path}`);
  }
  return [...records, '', ...digests, '', ''].join('\0');
}

function describeUnit({ units }: DebianState, unit: string): string {
  const state = units.get(unit);
  if (state === undefined)
    return `Id=${unit}\nLoadState=not-found\nActiveState=inactive\nSubState=dead\nUnitFileState=\nNeedDaemonReload=no`;
  return `Id=${unit}\nLoadState=${state.isMasked === true ? 'masked' : 'loaded'}\nActiveState=${state.active}\nSubState=x\nUnitFileState=${state.enabled}\nNeedDaemonReload=no`;
}

function unitRule({ units }: DebianState): Rule {
  return ({ argv }) => {
    const isStart = argv[0] === 'sh' && argv[2]?.startsWith('systemctl start') === true;
    const [, verb, ...names] = isStart
      ? ['', 'start', ...argv.slice(4)]
      : argv[0] === 'systemctl'
        ? argv.filter((word) => word !== '--')
        : [];
    const change = {
      start: { active: 'active' },
      enable: { enabled: 'enabled' },
      stop: { active: 'inactive' },
      mask: { isMasked: true },
      unmask: { isMasked: false },
      disable: { enabled: 'disabled' },
      'try-restart': {},
      'try-reload-or-restart': {},
    }[verb ?? ''];
    if (change === undefined) return undefined;
    for (const name of names) units.set(name, { active: 'inactive', enabled: 'disabled', ...units.get(name), ...change });
    return '';
  };
}
