/**
 * What a command loads before it does anything. Loading a library takes as long as a resolution that finds everything kept: the large ones
 * wait behind `import()` until somebody needs them.
 */
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { readSource } from './rooms.ts';

const STATIC_IMPORT = /(?:^|\n)\s*(?:import|export)\b(?!\s+type\b)[^'";]*?from\s*'([^']+)'|(?:^|\n)import\s+'([^']+)'/g;
const LARGE = ['zod', 'yaml', 'openpgp', 'node-fetch', 'ssh2', 'tar', 'cli-progress', 'node:http', 'node:https', 'node:tls', 'semver'];

/** Every module that is loaded with a file of `src`, and the file that imports it. */
function loadedWith(start: string): Map<string, string> {
  const loaded = new Map<string, string>([[start, '']]);
  // A map goes on with what is added while it is walked.
  for (const file of loaded.keys()) {
    if (!file.endsWith('.ts')) continue;
    for (const match of readSource(file).matchAll(STATIC_IMPORT)) {
      const name = match[1] ?? match[2] ?? '';
      const to = name.startsWith('.') ? relative('.', join(dirname(file), name)) : name;
      if (!loaded.has(to)) loaded.set(to, file);
    }
  }
  return loaded;
}

it.each(['cli/pigsty-bundle.ts', 'cli/bundle/commands/resolve.ts', 'cli/bundle/repeat-answer.ts'])(
  '%s waits with large libraries',
  (file) => {
    const loaded = loadedWith(file);
    expect(LARGE.filter((name) => loaded.has(name)).map((name) => `${name}, by ${loaded.get(name)}`)).toEqual([]);
  },
);

it('sees what is loaded', () => {
  expect(loadedWith('cli/bundle/commands/resolve.ts').size).toBeGreaterThan(100);
  expect(loadedWith('lock/parse-lock.ts').has('zod')).toBe(true);
});

it('an answer that was given before loads next to nothing', () => {
  expect([...loadedWith('cli/bundle/repeat-answer.ts').keys()].filter((file) => file.endsWith('.ts')).length).toBeLessThan(25);
});
