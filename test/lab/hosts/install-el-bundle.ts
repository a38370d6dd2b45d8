/**
 * Installs a bundle on an Enterprise Linux look-alike with nothing but the host's own tar and dnf, as a person without our installer would.
 */
import type { LabNode } from './lab-node.ts';

/** The name of our repository in `pigsty.repo`. */
export const LOCAL_REPOSITORY = 'pigsty-local';

/** Unpacks `bundle` (a path on the host) below /www and makes it dnf's only source: whatever else is configured goes to `backup/`. */
export async function useElBundle(node: LabNode, bundle: string): Promise<void> {
  await node.mustExec(`mkdir -p /www && tar -xzf ${bundle} -C /www && test -f /www/pigsty/repo_complete`, { timeoutMs: 300_000 });
  const repos = '/etc/yum.repos.d';
  await node.mustExec(`mkdir -p ${repos}/backup && mv ${repos}/*.repo ${repos}/backup/ && cp /www/pigsty.repo ${repos}/`);
}

/** Installs `names` in one transaction; throws with dnf's words when it does not, or when one of them is not there afterwards. */
export async function dnfInstall(node: LabNode, names: readonly string[]): Promise<void> {
  const list = names.join(' ');
  await node.mustExec(`dnf -y install ${list}`, { timeoutMs: 600_000 });
  // dnf takes a name for a capability too; a profile asks for packages.
  await node.mustExec(`rpm -q ${list}`);
}
