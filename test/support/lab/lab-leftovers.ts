/** Removes what a lab left when its process was killed. Only things that carry the lab's prefix and whose owner is dead. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeTree } from './base-tree.ts';
import { labSubdirectory, ownerAlive } from './lab-directory.ts';
import { unmount } from './lab-node.ts';
import { killCgroup, removeCgroup } from './node-cgroup.ts';
import { runCommand } from './run-command.ts';

/** Kills the hosts, unmounts the disks and deletes the networks of labs whose process no longer runs. */
export async function removeLeftovers(): Promise<void> {
  const run = labSubdirectory('run');
  for (const entry of readdirSync(run)) {
    const directory = join(run, entry);
    const owner = join(directory, 'owner');
    if (existsSync(owner) && !ownerAlive(readFileSync(owner, 'utf8'))) await removeLab(directory);
  }
}

async function removeLab(directory: string): Promise<void> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    killCgroup(`lab-${entry.name}`);
    await removeCgroup(`lab-${entry.name}`);
    await unmount(join(directory, entry.name, 'root'));
    await unmount(join(directory, entry.name, 'disk'));
  }
  const netns = join(directory, 'netns');
  if (existsSync(netns)) await runCommand(['ip', 'netns', 'del', readFileSync(netns, 'utf8').trim()]);
  await removeTree(directory);
}
