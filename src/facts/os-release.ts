/** Which operating system: os-release(5), and the code Pigsty gives it. Minor versions are kept, not judged. */
import { DISTROS, type Distro } from '../base/target.ts';
import type { Fact } from './fact.ts';
import type { OsFacts } from './types.ts';

const EL_IDS = new Set(['rhel', 'rocky', 'almalinux', 'centos', 'ol', 'anolis', 'openeuler-el']);

export const osRelease: Fact<OsFacts> = {
  name: 'os-release',
  script: 'cat /etc/os-release 2>/dev/null || cat /usr/lib/os-release 2>/dev/null',
  parse(output) {
    const values = parseOsRelease(output);
    const get = (key: string): string => values.get(key) ?? '';
    const os = {
      id: get('ID'),
      idLike: get('ID_LIKE').split(' ').filter(Boolean),
      versionId: get('VERSION_ID'),
      codename: get('VERSION_CODENAME'),
      prettyName: get('PRETTY_NAME'),
    };
    return { ...os, distro: distroOf(os) };
  },
};

/** Assignments of os-release(5): quotes and backslashes undone. Lines that are none are skipped. */
export function parseOsRelease(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([A-Z0-9_]+)=(.*)$/.exec(line.trim());
    if (match !== null) values.set(match[1] ?? '', unquote(match[2] ?? ''));
  }
  return values;
}

function unquote(value: string): string {
  const quoted = /^"(.*)"$/.exec(value)?.[1];
  if (quoted !== undefined) return quoted.replace(/\\(["$`\\])/g, '$1');
  return /^'(.*)'$/.exec(value)?.[1] ?? value;
}

function distroOf(os: Omit<OsFacts, 'distro'>): Distro | null {
  const code = `${prefixOf(os)}${os.versionId.split('.')[0] ?? ''}`;
  return DISTROS.find((distro) => distro === code) ?? null;
}

function prefixOf(os: Omit<OsFacts, 'distro'>): string {
  if (os.id === 'debian') return 'd';
  if (os.id === 'ubuntu') return 'u';
  if (EL_IDS.has(os.id) || os.idLike.includes('rhel') || os.idLike.includes('centos')) return 'el';
  return '?';
}
