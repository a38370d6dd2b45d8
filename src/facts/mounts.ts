/** File systems with their options and free space, from findmnt(8). Pseudo file systems are left out. */
import { compareCodeUnits } from '../base/compare.ts';
import type { Fact } from './fact.ts';
import type { MountFacts } from './types.ts';

const PSEUDO = new Set(
  'autofs bpf binfmt_misc cgroup cgroup2 configfs debugfs devpts devtmpfs efivarfs fusectl hugetlbfs mqueue nsfs proc pstore ramfs rpc_pipefs securityfs selinuxfs sysfs tracefs'.split(
    ' ',
  ),
);

interface FindmntRow {
  readonly target?: unknown;
  readonly source?: unknown;
  readonly fstype?: unknown;
  readonly options?: unknown;
  readonly avail?: unknown;
  readonly size?: unknown;
}

export const mounts: Fact<MountFacts[]> = {
  name: 'mounts',
  script: 'findmnt -J -l -b -o TARGET,SOURCE,FSTYPE,OPTIONS,AVAIL,SIZE 2>/dev/null',
  parse(output) {
    const byPath = new Map<string, MountFacts>();
    for (const row of rowsOf(output)) {
      const mount = mountOf(row);
      // A later mount on the same path hides the earlier one.
      if (!PSEUDO.has(mount.type)) byPath.set(mount.path, mount);
    }
    return [...byPath.values()].sort((a, b) => compareCodeUnits(a.path, b.path));
  },
};

/** The file system a path is on (the path need not exist), or undefined when not even `/` is known. */
export function mountOfPath(list: readonly MountFacts[], path: string): MountFacts | undefined {
  const holds = (mount: MountFacts): boolean => mount.path === '/' || path === mount.path || path.startsWith(`${mount.path}/`);
  return list.filter(holds).sort((a, b) => b.path.length - a.path.length)[0];
}

function rowsOf(output: string): FindmntRow[] {
  try {
    const parsed = JSON.parse(output) as { filesystems?: unknown };
    return Array.isArray(parsed.filesystems) ? (parsed.filesystems as FindmntRow[]) : [];
  } catch {
    return [];
  }
}

function mountOf(row: FindmntRow): MountFacts {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    path: text(row.target),
    device: text(row.source),
    type: text(row.fstype),
    options: text(row.options).split(',').filter(Boolean),
    // Old util-linux prints numbers as strings; what has no size is null.
    availableBytes: Number(row.avail ?? 0),
    totalBytes: Number(row.size ?? 0),
  };
}
