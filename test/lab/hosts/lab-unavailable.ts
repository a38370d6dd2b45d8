/** Whether this machine can boot test hosts, and if not, why. */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cgroupHierarchies } from './node-cgroup.ts';

const PROGRAMS = ['systemd-nspawn', 'mmdebstrap', 'ip', 'nft', 'nsenter', 'mount', 'ssh', 'ssh-keygen'] as const;
const PATHS = `${process.env.PATH ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`.split(delimiter);

/** True when `name` can be run from the search path or the system's sbin directories. */
export function hasProgram(name: string): boolean {
  return PATHS.some((directory) => directory !== '' && existsSync(join(directory, name)));
}

/** Undefined when hosts can be booted here; otherwise the reason, for the name of a skipped test. */
export function labUnavailable(): string | undefined {
  if (process.platform !== 'linux') return 'hosts are booted on Linux only';
  if (process.getuid?.() !== 0) return 'booting hosts needs root';
  const missing = PROGRAMS.filter((name) => !hasProgram(name));
  if (missing.length > 0) return `missing programs: ${missing.join(' ')}`;
  const hierarchies = cgroupHierarchies();
  if (hierarchies.length === 0) return 'no cgroup2 hierarchy is mounted';
  try {
    for (const path of hierarchies) accessSync(path, constants.W_OK);
  } catch {
    return `${hierarchies.join(' ')} cannot be written`;
  }
  return undefined;
}
