/** What an installation may touch on a host, as text to compare: every path with type, mode, owner and link target, every file's digest. */

/** Data that services write while they run, and what differs between two starts of one host. */
const VOLATILE = [
  'data/infra/metrics/*',
  'data/infra/alertmgr/*',
  'etc/machine-id',
  'etc/ssh/*',
  'etc/.pwd.lock',
  'etc/ld.so.cache',
  'etc/systemd/network/*',
  // Copies the account tools keep of the state before.
  'etc/*-',
];

const TESTS = VOLATILE.map((path) => `! -path '${path}'`).join(' ');

/** Prints the tree, for `LabNode.mustExec`. */
export const HOST_TREE = `cd / && find etc data www usr/sbin/policy-rc.d -xdev ! -path 'data/nginx/pigsty/*' ${TESTS} \\
  -printf '%y %p %m %u %g %l ' \\( -type f -exec sh -c 'sha256sum <"$1"' sh {} \\; -o -exec echo \\; \\) 2>/dev/null | sort`;

/** Lines of one tree that are not in the other, to show in a failure. */
export function treeDifference(a: string, b: string): string[] {
  const [left, right] = [new Set(a.split('\n')), new Set(b.split('\n'))];
  return [
    ...[...left].filter((line) => !right.has(line)).map((line) => `- ${line}`),
    ...[...right].filter((line) => !left.has(line)).map((line) => `+ ${line}`),
  ].sort();
}
