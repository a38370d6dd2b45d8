/** Removes what a lab left when its process was killed. Only things that carry the lab's prefix and whose owner is dead. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeTree } from './base-tree.ts';
import { labDirectory, labSubdirectory, ownerAlive } from './lab-directory.ts';
import { unmount } from './lab-node.ts';
import { textOf, withLock } from './lock-file.ts';
import { killCgroup, removeCgroup } from './node-cgroup.ts';
import { runCommand } from './run-command.ts';

/**
 * Kills the hosts, unmounts the disks and deletes the networks of labs whose process no longer runs. Several processes may ask at once: one
 * does it, the others wait until it is done.
 */
export async function removeLeftovers(): Promise<void> {
  if (deadLabs().length === 0) return;
  await withLock(join(labDirectory(), 'leftovers.lock'), async () => {
    for (const directory of deadLabs()) await removeLab(directory);
  });
}

/** A lab that is being made or taken down by its living owner has no `owner` at that moment, and is none of these. */
function deadLabs(): readonly string[] {
  const run = labSubdirectory('run');
  const directories = readdirSync(run).map((entry) => join(run, entry));
  return directories.filter((directory) => {
    const owner = textOf(join(directory, 'owner'));
    return owner !== '' && !ownerAlive(owner);
  });
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
