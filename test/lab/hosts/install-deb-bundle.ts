/** Installs a bundle on a Debian host with nothing but the host's own tar and apt, as a person without our installer would. */
import type { LabNode } from './lab-node.ts';

/** The packages of one apt run; sets that exclude each other are installed one after the other. */
export type PackageSet = readonly string[];

/** Unpacks `bundle` (a path on the host) below /www and makes it apt's only source. */
export async function useBundle(node: LabNode, bundle: string): Promise<void> {
  await node.mustExec(`mkdir -p /www && tar -xzf ${bundle} -C /www && test -f /www/pigsty/repo_complete`, { timeoutMs: 300_000 });
  await node.mustExec('rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*; cp /www/pigsty.sources /etc/apt/sources.list.d/');
  await node.mustExec('apt-get -o APT::Update::Error-Mode=any update', { timeoutMs: 120_000 });
}

/**
 * Installs each set in turn; services may start, as on any Debian host. Throws with apt's words when a set cannot be installed or a package
 * stays half configured.
 */
export async function installSets(node: LabNode, sets: readonly PackageSet[]): Promise<void> {
  for (const names of sets) {
    const command = `DEBIAN_FRONTEND=noninteractive apt-get -y -o Dpkg::Use-Pty=0 --no-install-recommends install ${names.join(' ')}`;
    await node.mustExec(command, { timeoutMs: 900_000 });
  }
  const audit = await node.mustExec('dpkg --audit; apt-get check 2>&1 >/dev/null');
  if (audit.trim() !== '') throw new Error(`packages are not whole: ${audit}`);
}
