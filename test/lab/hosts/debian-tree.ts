/**
 * Minimal Debian root trees for test hosts. What would let a host reach a package source other than the bundle's is taken out: source
 * lists, downloaded lists, and the timers that would refresh them behind a test's back.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TreeRecipe } from './base-tree.ts';
import { debianSources } from './debian-mirror.ts';
import { mustRun } from './run-command.ts';

const SUITES = { d12: 'bookworm', d13: 'trixie' } as const;

/** The Debian releases there are trees of. */
export type DebianTree = keyof typeof SUITES;

const PACKAGES = ['systemd', 'systemd-sysv', 'dbus', 'openssh-server', 'sudo', 'python3', 'iproute2', 'procps', 'ca-certificates'];

/** Shell that runs inside the fresh tree. */
const PREPARE = `set -e
rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/* /var/lib/apt/lists/* /var/cache/apt/*
mkdir -p /var/lib/apt/lists/partial /var/cache/apt/archives/partial
rm -f /etc/ssh/ssh_host_* /etc/resolv.conf
: > /etc/machine-id
systemctl enable -q systemd-networkd.service
systemctl disable -q systemd-networkd-wait-online.service
systemctl mask -q apt-daily.timer apt-daily-upgrade.timer getty.target
`;

/** The recipe of the tree of a Debian release; also for another architecture, whose tree can be looked at by apt but not booted. */
export function debianTreeRecipe(release: DebianTree): TreeRecipe {
  const suite = SUITES[release];
  return {
    name: release,
    identity: JSON.stringify([suite, PACKAGES, PREPARE]),
    async build(tree) {
      const include = PACKAGES.join(',');
      const sources = await debianSources(suite);
      await bootstrapDebian({ suite, include, sources, tree });
      await mustRun(['chroot', tree, '/bin/sh', '-c', PREPARE]);
    },
  };
}

/** The recipe of a Debian release with nothing but what is essential and apt; cannot be booted. */
export function bareTreeRecipe(release: DebianTree): TreeRecipe {
  const suite = SUITES[release];
  return {
    name: `bare-${release}`,
    identity: suite,
    build: async (tree) => bootstrapDebian({ suite, include: 'apt', sources: await debianSources(suite), tree }),
  };
}

/** What {@link bootstrapDebian} needs. */
export interface Bootstrap {
  readonly suite: string;
  /** Packages besides the essential ones, separated by commas. */
  readonly include: string;
  readonly sources: readonly string[];
  readonly tree: string;
}

/** Installs a Debian suite into the empty directory `tree`; tries again when the mirror fails. */
export async function bootstrapDebian({ suite, include, sources, tree }: Bootstrap): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const argv = ['mmdebstrap', '--quiet', '--variant=minbase', '--mode=root', `--include=${include}`, suite, tree, ...sources];
    try {
      await mustRun(argv, { timeoutMs: 600_000 });
      return;
    } catch (error) {
      if (attempt === 3) throw error;
      for (const entry of readdirSync(tree)) rmSync(join(tree, entry), { recursive: true, force: true });
    }
  }
}

/** Writes `content` to the absolute path `path` of a tree, with its directories. */
export function writeIntoTree(tree: string, path: string, content: string, mode = 0o644): void {
  const target = join(tree, path);
  mkdirSync(join(target, '..'), { recursive: true });
  writeFileSync(target, content, { mode });
}
