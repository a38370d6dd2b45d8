import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './support/longest-first.ts';

/**
 * Files at once. vitest would leave one CPU idle; test hosts mostly wait, so there are more of them than two CPUs, but each has a disk in
 * memory, so more CPUs do not mean more and more of them.
 */
const WORKERS = availableParallelism();
const WORKERS_WITH_HOSTS = Math.max(3, Math.min(WORKERS, 4));

const ROOT = new URL('..', import.meta.url).pathname;
/** What holds for any input, for hostile ones, and what the whole program prints: as quick as units each, but many. */
const LAWS = ['test/properties/**/*.test.ts', 'test/hostile/**/*.test.ts', 'test/golden/**/*.test.ts'];
const UNIT = { include: ['test/**/*.test.ts'], exclude: ['test/conformance/**', 'test/e2e/**', ...LAWS] };
/** Files that put something else in the place of a module: only they need modules of their own. */
const MOCKING = readdirSync(`${ROOT}test`, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && readFileSync(`${ROOT}test/${name}`, 'utf8').includes('vi.mock('))
  .map((name) => `test/${name}`);

/** Unit tests share the loaded modules of their worker: loading them anew for each of some hundred files takes longer than the tests. */
function unit(name: string, without: readonly string[] | null, isolate: boolean) {
  return {
    test: {
      name,
      include: without === null ? [...MOCKING] : UNIT.include,
      exclude: [...UNIT.exclude, ...(without ?? [])],
      isolate,
      // Seconds at most on an idle machine; a limit that is never reached because others work on the same machine.
      testTimeout: 120_000,
      hookTimeout: 120_000,
      maxWorkers: WORKERS,
      sequence: { groupOrder: isolate ? 1 : 0 },
    },
  };
}

/**
 * Tiers of the test suite: `unit` and `laws` are offline and quick; the other two need real tools, the last one also root. One tier runs
 * after the other.
 */
export default defineConfig({
  root: ROOT,
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      unit('unit', MOCKING, false),
      unit('unit-mocks', null, true),
      {
        test: {
          name: 'laws',
          include: LAWS,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: WORKERS,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'conformance',
          include: ['test/conformance/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          maxWorkers: WORKERS,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 900_000,
          maxWorkers: WORKERS_WITH_HOSTS,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
