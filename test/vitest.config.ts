import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './support/longest-first.ts';

/**
 * Files at once. vitest would leave one CPU idle; test hosts mostly wait, but each has a disk in memory, so more CPUs do not mean more of
 * them.
 */
const WORKERS = availableParallelism();
const WORKERS_WITH_HOSTS = Math.max(2, Math.min(WORKERS, 4));

/**
 * Tiers of the test suite: `unit` is offline and quick; the other two need real tools, the last one also root. One tier runs after the
 * other.
 */
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/conformance/**', 'test/e2e/**', 'test/fixtures/**'],
          // Seconds at most on an idle machine; a limit that is never reached because others work on the same machine.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: WORKERS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'conformance',
          include: ['test/conformance/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          maxWorkers: WORKERS,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 900_000,
          maxWorkers: WORKERS_WITH_HOSTS,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
