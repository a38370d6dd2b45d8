/**
 * What V8 made of our code, kept by Node between runs (https://nodejs.org/api/module.html#module-compile-cache): a sixth of the time of a
 * short command. Each build has a folder of its own, and those of earlier builds go when a new one comes.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { isAbsolute, join } from 'node:path';

/** Keeps compiled code below the user's cache directory; without one there is no place for it. Never throws. */
export function useCompileCache(env: Readonly<Record<string, string | undefined>>, buildId: string): void {
  const { XDG_CACHE_HOME: xdg, HOME: home } = env;
  const cache = xdg && isAbsolute(xdg) ? xdg : home ? join(home, '.cache') : null;
  if (cache === null) return;
  const all = join(cache, 'pigsty-bundle', 'compile');
  const own = join(all, buildId);
  if (!existsSync(own)) forgetOthers(all);
  enableCompileCache(own);
}

function forgetOthers(all: string): void {
  try {
    for (const name of readdirSync(all)) rmSync(join(all, name), { recursive: true, force: true });
  } catch {
    // There are none, or another user's; the cache of this build is made all the same.
  }
}
