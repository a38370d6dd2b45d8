/** Who listens where, from /proc alone (proc(5)): `ss` is not on every minimal host. */
import { compareCodeUnits } from '../base/compare.ts';
import { type Fact, linesOf } from './fact.ts';
import type { ListeningPort } from './types.ts';

/** TCP_LISTEN, and the state of an unconnected UDP socket. */
const LISTENING = { tcp: '0A', udp: '07' } as const;

export const ports: Fact<ListeningPort[]> = {
  name: 'ports',
  script: `
for p in tcp tcp6 udp udp6; do sed "s/^/$p /" /proc/net/$p 2>/dev/null; done
echo '--'
find /proc/[0-9]*/fd -lname 'socket:*' -printf '%h %l\\n' 2>/dev/null
echo '--'
grep -H . /proc/[0-9]*/comm 2>/dev/null`,
  parse(output) {
    const [sockets = '', owners = '', names = ''] = output.split('--\n');
    const pids = pidsByInode(owners);
    const processes = namesByPid(names);
    const found = new Map<string, ListeningPort>();
    for (const line of linesOf(sockets)) {
      const socket = parseSocket(line);
      if (socket === null) continue;
      const pid = pids.get(socket.inode) ?? null;
      const { inode: _, ...rest } = socket;
      const port = { ...rest, pid, process: pid === null ? '' : (processes.get(pid) ?? '') };
      found.set(`${port.protocol} ${port.address} ${port.port}`, port);
    }
    return [...found.values()].sort(
      (a, b) => compareCodeUnits(a.protocol, b.protocol) || a.port - b.port || compareCodeUnits(a.address, b.address),
    );
  },
};

function parseSocket(line: string): { protocol: 'tcp' | 'udp'; address: string; port: number; inode: string } | null {
  const words = line.trim().split(/\s+/);
  const [family = '', , local = '', , state = ''] = words;
  const protocol = family.startsWith('tcp') ? 'tcp' : 'udp';
  const [hexAddress = '', hexPort = ''] = local.split(':');
  if (state !== LISTENING[protocol] || hexPort === '') return null;
  return { protocol, address: parseAddress(hexAddress), port: Number.parseInt(hexPort, 16), inode: words[10] ?? '' };
}

/** The kernel prints addresses as 32-bit words in host byte order: little-endian on both CPUs we know. */
function parseAddress(hex: string): string {
  const bytes: number[] = [];
  for (let word = 0; word < hex.length; word += 8) {
    for (let i = 6; i >= 0; i -= 2) bytes.push(Number.parseInt(hex.slice(word + i, word + i + 2), 16));
  }
  if (bytes.length === 4) return bytes.join('.');
  const mapped = bytes.slice(0, 10).every((b) => b === 0) && bytes[10] === 255 && bytes[11] === 255;
  return mapped ? bytes.slice(12).join('.') : formatIpv6(bytes);
}

function formatIpv6(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  const full = groups.map((group) => group.toString(16)).join(':');
  const zeros = /(^|:)0(:0)+(:|$)/.exec(full);
  return zeros === null ? full : `${full.slice(0, zeros.index)}::${full.slice(zeros.index + zeros[0].length)}`;
}

function pidsByInode(owners: string): Map<string, number> {
  const pids = new Map<string, number>();
  for (const line of linesOf(owners)) {
    const match = /^\/proc\/(\d+)\/fd socket:\[(\d+)\]$/.exec(line);
    // The lowest pid is the parent: `nginx` the master rather than a worker.
    if (match?.[2] !== undefined && (pids.get(match[2]) ?? Number.POSITIVE_INFINITY) > Number(match[1]))
      pids.set(match[2], Number(match[1]));
  }
  return pids;
}

function namesByPid(names: string): Map<number, string> {
  const processes = new Map<number, string>();
  for (const line of linesOf(names)) {
    const match = /^\/proc\/(\d+)\/comm:(.*)$/.exec(line);
    if (match !== null) processes.set(Number(match[1]), match[2] ?? '');
  }
  return processes;
}
