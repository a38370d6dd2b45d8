/**
 * The Enterprise Linux releases there are look-alike trees of, and the Debian suite whose rpm, dnf and systemd are of about the same age.
 */

export const EL_RELEASES = {
  el8: { suite: 'bullseye', major: 8, version: '8.10', python: '3.6' },
  el9: { suite: 'bookworm', major: 9, version: '9.4', python: '3.9' },
  el10: { suite: 'trixie', major: 10, version: '10.0', python: '3.12' },
} as const;

export type ElName = keyof typeof EL_RELEASES;
export type ElRelease = (typeof EL_RELEASES)[ElName];

/** Debian packages the tree is made from. */
export function elPackages(release: ElRelease): readonly string[] {
  const common = [
    ...['systemd', 'systemd-sysv', 'dbus', 'libnss-systemd', 'openssh-server', 'sudo', 'python3', 'dnf', 'rpm', 'createrepo-c'],
    ...['libsolv-tools', 'gpg', 'gpg-agent', 'iproute2', 'iputils-ping', 'nftables', 'netbase', 'procps', 'curl', 'ca-certificates'],
    ...['less', 'tar', 'gzip', 'xz-utils', 'zstd', 'rsync', 'kmod', 'hostname', 'cpio', 'file', 'gawk'],
  ];
  // Debian 11 has no dnf-plugins-core, and its merged /usr has to be made by a package.
  return release.suite === 'bullseye' ? [...common, 'usrmerge'] : [...common, 'dnf-plugins-core'];
}
