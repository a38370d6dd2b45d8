/**
 * The packages the embedded upstream offers: every name a profile of the Debian flavor asks for, with small dependencies under the names of
 * Debian's real libraries. They hold a text file each. Their version sorts below any real one, so no real package is ever replaced by them.
 */
import { packageArch, type Target } from '../../../src/base/target.ts';
import { profileRequests } from './profile-requests.ts';
import type { ControlFields } from './tiny-deb.ts';

/** Sorts below every version Debian has: a digit zero, and a tilde. */
export const EMBEDDED_VERSION = '0~embedded1';

const DEPENDS: Readonly<Record<string, string>> = {
  ansible: 'ansible-core, python3, python3-netaddr',
  'ansible-core': 'python3, python3-jinja2, python3-yaml, python3-cryptography, openssh-client | python3-paramiko',
  certbot: 'python3-certbot',
  chrony: 'adduser, libc6, libcap2, libnettle8, libseccomp2',
  curl: 'libc6, libcurl4, zlib1g',
  dnsmasq: `dnsmasq-base (= ${EMBEDDED_VERSION}), runit-helper | init-system-helpers`,
  'dnsmasq-base': 'adduser, libc6, libdbus-1-3, libnettle8',
  git: 'git-man, libc6, libcurl3-gnutls, perl, zlib1g',
  haproxy: 'adduser, libc6, liblua5.4-0, libpcre2-8-0, libssl3',
  keepalived: 'iproute2, libc6, libnl-3-200, libssl3',
  nginx: `libc6, libcrypt1, libpcre2-8-0, libssl3, zlib1g, nginx-common (>= ${EMBEDDED_VERSION}), iproute2`,
  'openssh-server': 'adduser, libc6, libpam0g, libssl3, openssh-client, procps',
  patroni: 'python3, python3-psycopg2, python3-yaml, python3-dateutil, python3-etcd',
  postgresql: 'libc6, libpq5, libssl3, ssl-cert',
  'prometheus-alertmanager': 'adduser, libc6',
  'python3-certbot-nginx': 'certbot, python3-acme, python3-pyparsing',
  'python3-jinja2': 'python3, python3-markupsafe',
  redis: 'redis-server',
  'redis-server': 'redis-tools, libc6, libssl3',
  'redis-tools': 'libc6, libjemalloc2, liblua5.1-0',
  'victoria-metrics': 'adduser, libc6, libzstd1',
};

/** Packages that are the same for every CPU. */
const FOR_ALL =
  /^(?:ansible|ca-certificates|certbot|git-man|nginx-common|patroni|pgbadger|tzdata|adduser|ssl-cert|redis$|dnsmasq$|python3-)/;

/** Control fields of all packages for a Debian target; closed under their dependencies, sorted by name. */
export function embeddedPackages(target: Target): readonly ControlFields[] {
  const names = new Set<string>();
  const pending = profileRequests(target, 'debian').map(({ text }) => text);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (names.has(name)) continue;
    names.add(name);
    pending.push(...dependsOf(name).flatMap((relation) => relation.split(/[,|]/).map((part) => part.trim().split(' ')[0] ?? '')));
  }
  return [...names].sort().map((name) => controlOf(name, packageArch(target)));
}

function dependsOf(name: string): readonly string[] {
  if (name === 'libc6' || name.startsWith('lib') || name === 'adduser') return name === 'libc6' ? [] : ['libc6'];
  return [DEPENDS[name] ?? (name.startsWith('python3-') ? 'python3' : 'libc6')];
}

function controlOf(name: string, architecture: string): ControlFields {
  const depends = dependsOf(name).join(', ');
  return {
    Package: name,
    Version: EMBEDDED_VERSION,
    Architecture: FOR_ALL.test(name) ? 'all' : architecture,
    Maintainer: 'pigsty-bundle <embedded@example.test>',
    'Installed-Size': '1',
    ...(depends === '' ? {} : { Depends: depends }),
    ...(name.startsWith('lib') ? { 'Multi-Arch': 'same' } : {}),
    Section: 'misc',
    Priority: name === 'libc6' || name === 'bash' || name === 'tar' ? 'required' : 'optional',
    Description: `stands in for ${name} where Debian's archive cannot be reached`,
  };
}
