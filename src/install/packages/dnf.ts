/** dnf(8), limited to our repository by a dnf.conf of our own (dnf.conf(5)). */
import type { PackageSystem, RepositoryView, Simulation, SupportFile } from './package-system.ts';

/** dnf's exit status when it would have acted but was told not to. */
const ASSUME_NO_STATUS = 1;

export const dnf: PackageSystem = {
  name: 'dnf',
  supportFiles: (directory, repository, recommends): SupportFile[] => [
    { path: `${directory}/dnf.conf`, content: dnfConf(directory, recommends) },
    { path: `${directory}/repos/pigsty.repo`, content: dnfRepo('pigsty', repository) },
  ],
  simulate: (directory, names) => [...dnfCommand(directory), '--assumeno', 'install', ...names],
  install: (directory, names) => [...dnfCommand(directory), '-y', 'install', ...names],
  interrupted: null,
  settle: null,
  finish: () => null,
  remove: (names) => ['dnf', '-y', '--disablerepo=*', '--setopt=clean_requirements_on_remove=False', 'remove', ...names],
  listInstalled: ['sh', '-c', "rpm -qa --qf '%{NAME}.%{ARCH}\\n' | sort"],
  parseSimulation,
  hostSource: (repoName, repository) => ({ path: hostSourcePath(repoName), content: dnfRepo(`${repoName}-local`, repository) }),
  hostSourcePath,
};

function hostSourcePath(repoName: string): string {
  return `/etc/yum.repos.d/${repoName}-local.repo`;
}

/**
 * A repository file. `module_hotfixes`: the flat repository has no module metadata, and its packages must not be hidden by the host's
 * modules.
 */
function dnfRepo(id: string, repository: RepositoryView): string {
  const key = repository.keyFile === null ? 'repo_gpgcheck=0\n' : `repo_gpgcheck=1\ngpgkey=file://${repository.keyFile}\n`;
  return `[${id}]\nname=Pigsty local repository\nbaseurl=file://${repository.directory}/\nenabled=1\ngpgcheck=0\n${key}module_hotfixes=1\npriority=1\n`;
}

function dnfCommand(directory: string): [string, ...string[]] {
  return ['dnf', '-c', `${directory}/dnf.conf`, '--noplugins'];
}

function dnfConf(directory: string, recommends: boolean): string {
  const settings: Readonly<Record<string, string>> = {
    reposdir: `${directory}/repos`,
    cachedir: `${directory}/cache`,
    // The cache must never be older than the repository that was just unpacked.
    metadata_expire: '0',
    best: 'True',
    skip_if_unavailable: 'False',
    install_weak_deps: recommends ? 'True' : 'False',
    // Since dnf 4.19 file lists are not read unless asked for, and a file dependency then looks unsatisfiable.
    optional_metadata_types: 'filelists',
    gpgcheck: '0',
    clean_requirements_on_remove: 'False',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  return `[main]\n${lines.join('')}`;
}

/** Reads the table of `dnf --assumeno install`. */
function parseSimulation(output: string, code: number): Simulation {
  const installs: { name: string; version: string }[] = [];
  const upgrades: { name: string; from: string; to: string }[] = [];
  const removals: string[] = [];
  let section = '';
  for (const line of output.split('\n')) {
    if (/^\S.*:$/.test(line)) section = line;
    const row = /^ (\S+)\s+(\S+)\s+(\S+)\s+\S+\s+[\d.]+ ?\S*$/.exec(line);
    if (row === null) continue;
    const [, name = '', , version = ''] = row;
    if (section.startsWith('Installing')) installs.push({ name, version });
    else if (section.startsWith('Upgrading')) upgrades.push({ name, from: '', to: version });
    else if (section.startsWith('Removing')) removals.push(name);
  }
  const isFine = code === 0 || (code === ASSUME_NO_STATUS && /Operation aborted/.test(output));
  return { installs, upgrades, removals, problems: isFine ? [] : problemsOf(output) };
}

function problemsOf(output: string): string[] {
  const known = output
    .split('\n')
    .filter((line) => /^Error|^ ?Problem|nothing provides|conflicts with|No match for argument|cannot install|Failed to/.test(line));
  const lines = known.map((line) => line.trim());
  return lines.length > 0 ? lines : [output.trim().slice(-500)];
}
