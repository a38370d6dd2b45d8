/**
 * A control group of its own for each test host, in every hierarchy systemd looks at. Two hosts started from one group would see each
 * other's processes, and a group that was once killed must never be booted in again: systemd 257 then loses its services at start.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = '/sys/fs/cgroup';

/**
 * The mount points of the hierarchies to use: both of a hybrid machine, or the one of a machine with cgroup2 only. Empty when there is
 * none.
 */
export function cgroupHierarchies(): readonly string[] {
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  const points = mounts.map((line) => line.split(' ')).filter(([, , type]) => type === 'cgroup' || type === 'cgroup2');
  const unified = points.find(([, , type]) => type === 'cgroup2')?.[1];
  if (unified === undefined) return [];
  if (unified === ROOT) return [ROOT];
  const named = points.find(([, path]) => path === join(ROOT, 'systemd'))?.[1];
  return named === undefined ? [unified] : [named, unified];
}

/** Makes the group `name` in every hierarchy and returns its `cgroup.procs` files. */
export function makeCgroup(name: string): readonly string[] {
  return cgroupHierarchies().map((hierarchy) => {
    const path = join(hierarchy, name);
    mkdirSync(path, { recursive: true });
    return join(path, 'cgroup.procs');
  });
}

/** Kills every process of the group at once, as a power cut would. No error when the group is gone. */
export function killCgroup(name: string): void {
  for (const hierarchy of cgroupHierarchies()) {
    const kill = join(hierarchy, name, 'cgroup.kill');
    if (existsSync(kill)) writeFileSync(kill, '1');
  }
}

/** Stops (`true`) or continues every process of the group: a host that hangs. */
export function freezeCgroup(name: string, frozen: boolean): void {
  for (const hierarchy of cgroupHierarchies()) {
    const freeze = join(hierarchy, name, 'cgroup.freeze');
    if (existsSync(freeze)) writeFileSync(freeze, frozen ? '1' : '0');
  }
}

/** Removes the group; it stays busy for some milliseconds after its last process, so this waits up to a minute. */
export async function removeCgroup(name: string): Promise<void> {
  for (const hierarchy of cgroupHierarchies()) {
    const path = join(hierarchy, name);
    for (let attempt = 0; existsSync(path); attempt += 1) {
      if (removeTree(path)) break;
      if (attempt > 3000) throw new Error(`control group ${path} stays busy`);
      await sleep(20);
    }
  }
}

function removeTree(path: string): boolean {
  try {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.isDirectory() && !removeTree(join(path, entry.name))) return false;
    }
    rmdirSync(path);
    return true;
  } catch {
    return !existsSync(path);
  }
}
