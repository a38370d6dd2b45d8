/**
 * Tests mirror the folders of `src`: the test of `src/a/b.ts` is `test/a/b.test.ts`. So a newcomer finds a module's test by its path, and a
 * test whose module is gone does not stay.
 */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readSource, sourceFiles } from './rooms.ts';

const TEST = new URL('../', import.meta.url).pathname;

/** Modules without a test of their path, and tests without a module of theirs, each with the reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'test/build/from-a-program.test.ts': 'builds a bundle as a program would that uses the rooms without the command line',
  'test/config/manifests.test.ts': 'judges the files of manifests, not a module',
  'test/solve/scenarios.test.ts': 'runs the table of test/scenarios over the whole solver',
};

/** Top folders of `test` that belong to a room. */
const ROOMS = new Set(sourceFiles().map((file) => file.split('/')[0] ?? ''));
const isOfRoom = (name: string): boolean => ROOMS.has(name.split('/')[0] ?? '');
const testOf = (file: string): string => file.replace(/\.[jt]s$/, '.test.ts');
/** True for a file with something that runs; types alone have no test. */
const hasCode = (file: string): boolean =>
  /^export (?:default )?(?:async )?(?:function|class|const \w+ = (?:async )?\()/m.test(readSource(file));

async function testFiles(): Promise<string[]> {
  const names = await readdir(TEST, { recursive: true });
  return names.filter((name) => name.endsWith('.test.ts') && isOfRoom(name)).sort();
}

it('sees the rooms', () => {
  expect(ROOMS.size).toBeGreaterThan(20);
});

it('every module with a function or a class has its test, and every test its module', async () => {
  const modules = sourceFiles();
  const untested = modules.filter((file) => hasCode(file) && !existsSync(join(TEST, testOf(file)))).map((file) => `src/${file}`);
  const known = new Set(modules.map(testOf));
  const strangers = (await testFiles()).filter((name) => !known.has(name)).map((name) => `test/${name}`);
  // An exception that is no longer one must go from the list.
  expect([...untested, ...strangers].sort()).toEqual(Object.keys(EXCEPTIONS).sort());
});
