/** The archives that have many names: whoever names one of their hosts means the archive. Pure. */

export type PublicArchive = 'debian' | 'debian-security' | 'ubuntu' | 'ubuntu-security' | 'ubuntu-ports';

/** The archives' public names. A mirror network's name stands for the whole archive. */
const PUBLIC_HOSTS: readonly (readonly [RegExp, RegExp, PublicArchive])[] = [
  [/^(?!archive\.|snapshot\.)[\w.-]+\.debian\.org$/, /^\/debian$/, 'debian'],
  [/^(?!archive\.|snapshot\.)[\w.-]+\.debian\.org$/, /^\/debian-security$/, 'debian-security'],
  [/^security\.debian\.org$/, /^\/$/, 'debian-security'],
  [/^(?:[a-z]{2}\.)?archive\.ubuntu\.com$/, /^\/ubuntu$/, 'ubuntu'],
  [/^mirrors\.edge\.kernel\.org$/, /^\/ubuntu$/, 'ubuntu'],
  [/^security\.ubuntu\.com$/, /^\/ubuntu$/, 'ubuntu-security'],
  [/^ports\.ubuntu\.com$/, /^\/(?:ubuntu-ports)?$/, 'ubuntu-ports'],
];

/**
 * Which archive a base URL names; undefined for every other upstream.
 *
 * @example publicArchiveOf('http://ftp.debian.org/debian/') // 'debian'
 */
export function publicArchiveOf(url: string): PublicArchive | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, pathname } = new URL(url);
  const path = pathname.replace(/\/+$/, '') || '/';
  return PUBLIC_HOSTS.find(([host, at]) => host.test(hostname) && at.test(path))?.[2];
}
