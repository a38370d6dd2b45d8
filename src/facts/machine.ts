/** CPU, kernel, memory, clock and who we are there. */
import { type Arch, parseTarget } from '../base/target.ts';
import { type Fact, linesOf, parsePairs } from './fact.ts';
import type { PrivilegeFacts } from './types.ts';

/** What one machine says of itself. Numbers that cannot be read are 0; `systemd` and `nrOpen` null. */
export interface MachineFacts {
  readonly machine: string;
  readonly arch: Arch | null;
  readonly kernel: string;
  readonly hostname: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly memoryAvailableBytes: number;
  readonly clockSec: number;
  readonly nrOpen: number | null;
  readonly systemd: number | null;
  readonly canSetClock: boolean;
  readonly privilege: PrivilegeFacts;
}

export const machine: Fact<MachineFacts> = {
  name: 'machine',
  script: `
echo "machine=$(uname -m)"; echo "kernel=$(uname -r)"; echo "hostname=$(uname -n)"
echo "cpus=$(nproc 2>/dev/null)"; echo "clock=$(date +%s)"
echo "nr_open=$(cat /proc/sys/fs/nr_open 2>/dev/null)"
awk '/^(MemTotal|MemAvailable):/ { sub(":", "", $1); print $1 "=" $2 }' /proc/meminfo
echo "caps=$(sed -n 's/^CapBnd:[[:space:]]*//p' /proc/1/status 2>/dev/null)"
echo "user=$(id -un)"; echo "uid=$(id -u)"; echo "sudo_user=$SUDO_USER"
[ -d /run/systemd/system ] && echo "systemd=$(systemctl --version 2>/dev/null | head -n 1)"`,
  parse(output) {
    const values = parsePairs(output);
    const get = (key: string): string => values.get(key) ?? '';
    const count = (key: string): number => Number.parseInt(get(key), 10) || 0;
    return {
      machine: get('machine'),
      arch: archOf(get('machine')),
      kernel: get('kernel'),
      hostname: get('hostname'),
      cpus: count('cpus'),
      memoryBytes: count('MemTotal') * 1024,
      memoryAvailableBytes: count('MemAvailable') * 1024,
      clockSec: count('clock'),
      nrOpen: count('nr_open') || null,
      systemd: Number.parseInt(/^systemd (\d+)/.exec(get('systemd'))?.[1] ?? '', 10) || null,
      canSetClock: hasCapability(get('caps'), CAP_SYS_TIME),
      privilege: privilegeOf(get('user'), get('uid'), get('sudo_user')),
    };
  },
};

/** The addresses of this host without loopback and link-local ones, sorted as text. */
export const addresses: Fact<string[]> = {
  name: 'addresses',
  script: `
if command -v ip >/dev/null 2>&1; then ip -o addr show | awk '{ sub("/.*", "", $4); print $4 }'
else awk '/32 host/ { print f } { f = $2 }' /proc/net/fib_trie; hostname -I 2>/dev/null | tr ' ' '\\n'; fi`,
  parse(output) {
    const usable = linesOf(output).filter((line) => /^[0-9a-f.:]+$/.test(line) && !/^(127\.|::1$|fe80:)/.test(line));
    return [...new Set(usable)].sort();
  },
};

/** capabilities(7). */
const CAP_SYS_TIME = 25n;

/** Of a hexadecimal set as in /proc/PID/status; what cannot be read is taken for everything. */
function hasCapability(set: string, bit: bigint): boolean {
  return !/^[0-9a-f]{1,16}$/.test(set) || ((BigInt(`0x${set}`) >> bit) & 1n) === 1n;
}

function archOf(name: string): Arch | null {
  try {
    return parseTarget('d12', name).arch;
  } catch {
    return null;
  }
}

function privilegeOf(user: string, uid: string, sudoUser: string): PrivilegeFacts {
  const isRoot = uid === '0';
  if (isRoot && sudoUser !== '') return { user: sudoUser, uid: 0, how: 'sudo' };
  return { user, uid: Number(uid), how: isRoot ? 'root' : 'none' };
}
