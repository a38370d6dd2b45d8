/** The cache of compiled code, in a process of its own: it stays on for as long as one lives. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDir } from '../../support/fetch-lab.ts';

const MODULE = new URL('../../../src/cli/program/compile-cache.ts', import.meta.url).href;

/** Turns the cache on for a build in another process; says where it is. */
function use(env: Readonly<Record<string, string>>, buildId: string): string {
  const script = `
    const { useCompileCache } = await import(${JSON.stringify(MODULE)});
    useCompileCache(${JSON.stringify(env)}, ${JSON.stringify(buildId)});
    const { getCompileCacheDir } = await import('node:module');
    process.stdout.write(getCompileCacheDir() ?? 'none');`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
}

it('of a build is the only one there', async () => {
  const cache = await temporaryDir();
  const all = join(cache, 'pigsty-bundle', 'compile');
  mkdirSync(join(all, 'v24.0.0-of-long-ago'), { recursive: true });
  writeFileSync(join(all, 'v24.0.0-of-long-ago', 'abc'), '');
  expect(use({ XDG_CACHE_HOME: cache }, 'one')).toContain(join(all, 'one'));
  expect(readdirSync(all)).toEqual(['one']);
  use({ XDG_CACHE_HOME: cache }, 'one');
  expect(readdirSync(all)).toEqual(['one']);
  use({ XDG_CACHE_HOME: cache }, 'two');
  expect(readdirSync(all)).toEqual(['two']);
});

it('is below the home directory where no other place is named, and nowhere without one', async () => {
  const home = await temporaryDir();
  expect(use({ HOME: home, XDG_CACHE_HOME: 'relative' }, 'one')).toContain(join(home, '.cache', 'pigsty-bundle', 'compile', 'one'));
  expect(use({}, 'one')).toBe('none');
});

it('that cannot be made stops nothing', async () => {
  const home = await temporaryDir();
  writeFileSync(join(home, '.cache'), 'a file');
  expect(() => use({ HOME: home }, 'one')).not.toThrow();
});
