/**
 * Root trees that test hosts are booted from: built once per recipe, kept in the lab's directory, never booted themselves (a host
 * gets an overlay over them). The key of a tree is the digest of its recipe, so an edited recipe builds a new tree.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { labSubdirectory } from './lab-directory.ts';
import { withLock } from './lock-file.ts';
import { mustRun } from './run-command.ts';

/** How a tree is made. `identity` is all text that decides what comes out. */
export interface TreeRecipe {
  readonly name: string;
  readonly identity: string;
  /** Fills the empty directory `tree`. */
  build(tree: string): Promise<void>;
}

/** The path of the finished tree of `recipe`; builds it when it is not there yet. Safe when several processes ask at once. */
export async function ensureBaseTree(recipe: TreeRecipe): Promise<string> {
  const trees = labSubdirectory('trees');
  const key = createHash('sha256').update(recipe.identity).digest('hex').slice(0, 12);
  const finished = join(trees, `${recipe.name}-${key}`);
  if (existsSync(finished)) return finished;
  await withLock(`${finished}.lock`, async () => {
    if (!existsSync(finished)) await buildInto(recipe, finished, trees);
  });
  return finished;
}

async function buildInto(recipe: TreeRecipe, finished: string, trees: string): Promise<void> {
  const partial = `${finished}.partial`;
  await removeTree(partial);
  mkdirSync(partial, { mode: 0o755 });
  try {
    await recipe.build(partial);
  } catch (error) {
    await removeTree(partial);
    throw error;
  }
  for (const entry of readdirSync(trees)) {
    // An older recipe's tree may be the lower layer of a host that runs; it is kept for the day and removed when nothing uses it.
    if (entry.startsWith(`${recipe.name}-`) && /-[0-9a-f]{12}$/.test(entry) && !isMounted(join(trees, entry))) {
      await removeTree(join(trees, entry));
    }
  }
  renameSync(partial, finished);
}

function isMounted(path: string): boolean {
  return readFileSync('/proc/mounts', 'utf8').includes(`${path},`) || readFileSync('/proc/mounts', 'utf8').includes(`${path} `);
}

/** Removes a tree without crossing into anything mounted below it. */
export async function removeTree(path: string): Promise<void> {
  await mustRun(['rm', '-rf', '--one-file-system', path]);
}
