/** The package manager, what it says is installed, and its sources. */
import { compareCodeUnits } from '../base/compare.ts';
import { type Fact, linesOf, parseFiles, parsePairs, printFiles } from './fact.ts';
import type { BrokenPackage, HostFacts, SourceFile } from './types.ts';

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

/** Installed packages, the half-done ones, and those on hold. */
export type InstalledPackages = Pick<HostFacts, 'packages' | 'brokenPackages' | 'heldPackages'>;

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
    const brokenPackages: BrokenPackage[] = [];
    const heldPackages: string[] = [];
    for (const line of lines.sort(compareCodeUnits)) {
      const [name = '', arch = '', version = '', status = ''] = line.split('\t');
      const key = arch === native || arch === 'all' || arch === 'noarch' ? name : `${name}:${arch}`;
      const [want = '', flag = '', state = ''] = status.split(' ');
      if (state === 'not-installed' || state === 'config-files') continue;
      if (state === 'installed') packages.set(key, [...(packages.get(key) ?? []), version]);
      else brokenPackages.push({ name: key, version, state, needsReinstall: flag === 'reinstreq' });
      if (want === 'hold') heldPackages.push(key);
    }
    return { packages, brokenPackages, heldPackages };
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

const DNF_CONF = '/etc/dnf/dnf.conf';
const VERSION_LOCK = '/etc/dnf/plugins/versionlock';
/** A password of a proxy stands in the same file. */
const DNF_CONF_KEYS: ReadonlySet<string> = new Set(['exclude', 'excludepkgs']);

export const packageRules: Fact<SourceFile[]> = {
  name: 'package-rules',
  script: `
locklist=$(sed -n 's/^[[:space:]]*locklist[[:space:]]*=[[:space:]]*//p' ${VERSION_LOCK}.conf 2>/dev/null | head -n 1)
${printFiles(`/etc/apt/preferences /etc/apt/preferences.d/* ${DNF_CONF} /etc/dnf/modules.d/*.module ${VERSION_LOCK}.conf $locklist`)}`,
  parse(output) {
    const files = new Map(parseFiles(output).map(([path, content]) => [path, path === DNF_CONF ? onlyExcludes(content) : content]));
    return [...files].map(([path, content]) => ({ path, content })).sort((a, b) => compareCodeUnits(a.path, b.path));
  },
};

/** Sections and the settings that exclude packages, with their continuation lines. */
function onlyExcludes(conf: string): string {
  let isKept = false;
  const kept = linesOf(conf).filter((line) => {
    if (!/^\s/.test(line)) isKept = line.startsWith('[') || DNF_CONF_KEYS.has(/^(\w+)\s*[=:]/.exec(line)?.[1] ?? '');
    return isKept;
  });
  return kept.map((line) => `${line}\n`).join('');
}
