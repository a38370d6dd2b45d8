/** The package manager, what it says is installed, and its sources. */
import { compareCodeUnits } from '../base/compare.ts';
import { type Fact, linesOf, parseFiles, parsePairs, printFiles } from './fact.ts';
import type { HostFacts, SourceFile } from './types.ts';

export const packageManager: Fact<HostFacts['packageManager']> = {
  name: 'package-manager',
  script: `
if command -v apt-get >/dev/null 2>&1; then echo "apt=$(apt-get --version | head -n 1)"
elif command -v dnf >/dev/null 2>&1; then echo "dnf=$(rpm -q --qf '%{VERSION}' dnf 2>/dev/null || dnf --version | head -n 1)"; fi`,
  parse(output) {
    const values = parsePairs(output);
    const apt = values.get('apt');
    if (apt !== undefined) return { name: 'apt', version: apt.split(' ')[1] ?? '' };
    const dnf = values.get('dnf');
    return dnf === undefined ? null : { name: 'dnf', version: dnf };
  },
};

/** Installed packages and the half-done ones. */
export interface InstalledPackages {
  readonly packages: HostFacts['packages'];
  readonly brokenPackages: HostFacts['brokenPackages'];
}

export const installedPackages: Fact<InstalledPackages> = {
  name: 'packages',
  script: `
if command -v dpkg-query >/dev/null 2>&1; then
  dpkg --print-architecture; dpkg-query -W -f '\${Package}\\t\${Architecture}\\t\${Version}\\t\${Status}\\n'
elif command -v rpm >/dev/null 2>&1; then
  uname -m; rpm -qa --qf '%{NAME}\\t%{ARCH}\\t%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\\tinstall ok installed\\n'
fi`,
  parse(output) {
    const [native = '', ...lines] = linesOf(output);
    const packages = new Map<string, string[]>();
    const brokenPackages: { name: string; state: string }[] = [];
    for (const line of lines.sort(compareCodeUnits)) {
      const [name = '', arch = '', version = '', status = ''] = line.split('\t');
      const key = arch === native || arch === 'all' || arch === 'noarch' ? name : `${name}:${arch}`;
      const state = status.split(' ')[2] ?? '';
      if (state === 'installed') packages.set(key, [...(packages.get(key) ?? []), version]);
      else if (state !== 'not-installed' && state !== 'config-files') brokenPackages.push({ name: key, state });
    }
    return { packages, brokenPackages };
  },
};

export const sources: Fact<SourceFile[]> = {
  name: 'sources',
  script: printFiles('/etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources /etc/yum.repos.d/*.repo'),
  parse(output) {
    const files = parseFiles(output).map(([path, content]) => ({ path, content }));
    return files.sort((a, b) => compareCodeUnits(a.path, b.path));
  },
};
