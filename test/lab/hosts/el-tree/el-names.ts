/**
 * What Debian's packages are called on Enterprise Linux, for the stand-ins of base packages in a look-alike's rpm database. Packages
 * that are not named here keep Debian's name; versions that installers compare look like the real ones.
 */
import type { ElRelease } from './el-release.ts';

const NAMES: Readonly<Record<string, string>> = {
  'base-files': 'filesystem',
  'base-passwd': 'setup',
  'libc-bin': 'glibc-common',
  libc6: 'glibc',
  libcap2: 'libcap',
  'libcom-err2': 'libcom_err',
  libcrypt1: 'libxcrypt',
  libcurl4: 'libcurl',
  libcurl4t64: 'libcurl',
  libexpat1: 'expat',
  'libgcc-s1': 'libgcc',
  libgmp10: 'gmp',
  'liblz4-1': 'lz4-libs',
  liblzma5: 'xz-libs',
  'libpam-modules': 'pam',
  'libpam-modules-bin': 'pam',
  'libpam-runtime': 'pam',
  libpam0g: 'pam',
  'libpcre2-8-0': 'pcre2',
  'libpython3-stdlib': 'python3-libs',
  libselinux1: 'libselinux',
  'libsqlite3-0': 'sqlite-libs',
  'libssl1.1': 'openssl-libs',
  libssl3: 'openssl-libs',
  libssl3t64: 'openssl-libs',
  'libstdc++6': 'libstdc++',
  libsystemd0: 'systemd-libs',
  libudev1: 'systemd-libs',
  libxml2: 'libxml2',
  libzstd1: 'libzstd',
  'createrepo-c': 'createrepo_c',
  gpg: 'gnupg2',
  'gpg-agent': 'gnupg2',
  gpgconf: 'gnupg2',
  gpgv: 'gnupg2',
  iproute2: 'iproute',
  'iputils-ping': 'iputils',
  login: 'shadow-utils',
  mawk: 'mawk',
  'ncurses-base': 'ncurses-base',
  'ncurses-bin': 'ncurses',
  'openssh-client': 'openssh-clients',
  passwd: 'shadow-utils',
  'perl-base': 'perl-interpreter',
  procps: 'procps-ng',
  'systemd-sysv': 'systemd',
  'xz-utils': 'xz',
  zlib1g: 'zlib',
};

/** Debian's own machinery, which a look-alike does not have. */
const DROPPED = new Set([
  ...['adduser', 'apt', 'debconf', 'debian-archive-keyring', 'debianutils', 'dash', 'dpkg', 'init-system-helpers', 'libapt-pkg6.0'],
  ...['libapt-pkg7.0', 'runit-helper', 'sysvinit-utils', 'ucf', 'usrmerge', 'usr-is-merged', 'sensible-utils'],
]);

/** The EL name of a Debian package; undefined when it is left out. */
export function elNameOf(debianName: string): string | undefined {
  return DROPPED.has(debianName) ? undefined : (NAMES[debianName] ?? debianName);
}

/** `version-release` and epoch of the packages whose version is looked at by others; undefined for the rest. */
export function elVersionOf(name: string, release: ElRelease): { readonly epoch?: number; readonly version: string } | undefined {
  const versions: Readonly<Record<string, readonly [el8: string, el9: string, el10: string]>> = {
    bash: ['4.4.20', '5.1.8', '5.2.26'],
    glibc: ['2.28', '2.34', '2.39'],
    'glibc-common': ['2.28', '2.34', '2.39'],
    'openssl-libs': ['1.1.1k', '3.0.7', '3.2.2'],
    pam: ['1.3.1', '1.5.1', '1.6.1'],
    'shadow-utils': ['4.6', '4.9', '4.15.0'],
    systemd: ['239', '252', '257'],
    'systemd-libs': ['239', '252', '257'],
  };
  const epochs: Readonly<Record<string, number>> = { 'openssl-libs': 1, 'shadow-utils': 2 };
  const version = versions[name]?.[release.major === 8 ? 0 : release.major === 9 ? 1 : 2];
  if (version === undefined) return undefined;
  const epoch = epochs[name];
  return epoch === undefined ? { version } : { epoch, version };
}

/** Capabilities that the real packages provide and nobody could derive from the files. */
export function elProvidesOf(name: string, release: ElRelease): readonly string[] {
  const provides: Readonly<Record<string, readonly string[]>> = {
    bash: ['/bin/sh', '/bin/bash'],
    dnf: [`yum = 4.14`],
    glibc: ['ldconfig', '/sbin/ldconfig', 'rtld(GNU_HASH)'],
    'openssh-clients': ['openssh'],
    python3: [`python(abi) = ${release.python}`, 'platform-python'],
    'shadow-utils': ['shadow'],
    systemd: ['systemd-units', '/sbin/init'],
  };
  return provides[name] ?? [];
}
