/** apt-get(8), limited to our repository by an apt.conf of our own (apt.conf(5), "Dir"). */
import type { PackageSystem, RepositoryView, Simulation, SupportFile } from './package-system.ts';

/** apt makes its directories only below one that is there. */
const UPDATE = 'mkdir -p "$1/lists" "$1/cache" && APT_CONFIG="$1/apt.conf" && export APT_CONFIG && shift && apt-get -q update';

/** What dpkg has begun and not worked off. */
const UPDATES = 'ls -A /var/lib/dpkg/updates 2>/dev/null';

export const apt: PackageSystem = {
  name: 'apt',
  supportFiles: (directory, repository, recommends): SupportFile[] => [
    { path: `${directory}/apt.conf`, content: aptConf(directory, recommends) },
    { path: `${directory}/sources.list.d/pigsty.sources`, content: aptSource(repository) },
  ],
  simulate: (directory, names) => [
    'sh',
    '-c',
    `${UPDATE} >/dev/null 2>&1 || apt-get -q update; exec apt-get -q -s install "$@" 2>&1`,
    'sh',
    directory,
    ...names,
  ],
  install: (directory, names) => [
    'sh',
    '-c',
    `DEBIAN_FRONTEND=noninteractive; export DEBIAN_FRONTEND; ${UPDATE} && exec apt-get -q -y install "$@"`,
    'sh',
    directory,
    ...names,
  ],
  // dpkg(1) writes what it does into files here, and takes nothing on before they are worked off.
  interrupted: ['sh', '-c', `[ -n "$(${UPDATES})" ]`],
  settle: ['sh', '-c', `[ -z "$(${UPDATES})" ] || exec dpkg --force-confold --configure -a`],
  finish: (directory) => [
    'sh',
    '-c',
    'DEBIAN_FRONTEND=noninteractive; export DEBIAN_FRONTEND; APT_CONFIG="$1/apt.conf"; export APT_CONFIG; dpkg --force-confold --configure -a; exec apt-get -q -y -f install',
    'sh',
    directory,
  ],
  remove: (names) => ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', '-y', '-o', 'DPkg::Lock::Timeout=600', 'purge', ...names],
  listInstalled: ['sh', '-c', `dpkg --get-selections | awk '$2 == "install" { print $1 }' | sort`],
  parseSimulation,
  hostSource: (repoName, repository) => ({ path: hostSourcePath(repoName), content: aptSource(repository) }),
  hostSourcePath,
};

function hostSourcePath(repoName: string): string {
  return `/etc/apt/sources.list.d/${repoName}-local.sources`;
}

/** The deb822 source of the repository (sources.list(5)): a flat one, read in place. */
function aptSource(repository: RepositoryView): string {
  const trust = repository.keyFile === null ? 'Trusted: yes' : `Signed-By: ${repository.keyFile}`;
  return `Types: deb\nURIs: file:${repository.directory}\nSuites: ./\nCheck-Date: no\n${trust}\n`;
}

function aptConf(directory: string, recommends: boolean): string {
  const settings: Readonly<Record<string, string>> = {
    'Dir::Etc::sourcelist': '/dev/null',
    'Dir::Etc::sourceparts': `${directory}/sources.list.d`,
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'Dir::State::lists': `${directory}/lists`,
    'Dir::Cache': `${directory}/cache`,
    'APT::Install-Recommends': recommends ? 'true' : 'false',
    // The directory is closed to others: apt's own user could not read it.
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    'Acquire::http::Proxy': 'DIRECT',
    'DPkg::Lock::Timeout': '600',
    'Dpkg::Options::': '--force-confold',
    'APT::Periodic::Enable': '0',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} "${value}";\n`)
    .join('');
}

/** Reads what `apt-get -s install` prints. */
function parseSimulation(output: string, code: number): Simulation {
  const installs: { name: string; version: string }[] = [];
  const upgrades: { name: string; from: string; to: string }[] = [];
  const removals: string[] = [];
  for (const line of output.split('\n')) {
    const inst = /^Inst (\S+) (?:\[(\S+)\] )?\((\S+)/.exec(line);
    if (inst?.[2] !== undefined) upgrades.push({ name: inst[1] ?? '', from: inst[2], to: inst[3] ?? '' });
    else if (inst !== null) installs.push({ name: inst[1] ?? '', version: inst[3] ?? '' });
    const removed = /^(?:Remv|Purg) (\S+)/.exec(line)?.[1];
    if (removed !== undefined) removals.push(removed);
  }
  return { installs, upgrades, removals, problems: code === 0 ? [] : problemsOf(output) };
}

/** apt's own lines about what cannot be: unmet dependencies, unknown names, errors. */
function problemsOf(output: string): string[] {
  const known = output.split('\n').flatMap((line) => {
    const isProblem = /^(E|W): |Depends: |Breaks: |Conflicts: |PreDepends: |but it is not|Unable to locate/.test(line);
    return isProblem ? [line.trim()] : [];
  });
  return known.length > 0 ? known : [output.trim().slice(-500)];
}
