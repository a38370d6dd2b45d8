/**
 * Groups of tests with a lab: of its own for each test, or one for all where they only look. It is taken down after them, and its hosts'
 * console and journal are shown when a test failed.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import { createLab, type Lab } from './lab.ts';
import { hasProgram, labUnavailable } from './lab-unavailable.ts';

/**
 * Like `describe`. `body` gets a function that returns the present test's lab. Where hosts cannot be booted, or one of `programs` is
 * missing, the tests are skipped and the reason stands in the group's name.
 */
export function describeLab(title: string, programs: readonly string[], body: (lab: () => Lab) => void): void {
  describeWithLab(title, programs, { begin: beforeEach, end: afterEach }, body);
}

/**
 * As {@link describeLab}, for tests that ask hosts and leave them as they were: one lab, made before the first of them. Its hosts are
 * booted in a `beforeAll` of the group.
 */
export function describeSharedLab(title: string, programs: readonly string[], body: (lab: () => Lab) => void): void {
  describeWithLab(title, programs, { begin: beforeAll, end: afterAll }, body);
}

interface Span {
  readonly begin: (work: () => Promise<void>) => void;
  readonly end: (work: () => Promise<void>) => void;
}

function describeWithLab(title: string, programs: readonly string[], { begin, end }: Span, body: (lab: () => Lab) => void): void {
  const missing = programs.filter((name) => !hasProgram(name));
  const reason = labUnavailable() ?? (missing.length > 0 ? `missing programs: ${missing.join(' ')}` : undefined);
  describe.skipIf(reason !== undefined)(reason === undefined ? title : `${title} (${reason})`, () => {
    let lab: Lab | undefined;
    begin(async () => {
      lab = await createLab();
    });
    end(async () => {
      await lab?.destroy();
      lab = undefined;
    });
    // Begun later, so it is run before the lab is taken down.
    afterEach(async ({ task }) => {
      if (task.result?.state === 'fail') console.error(await lab?.evidence());
    });
    body(() => {
      if (lab === undefined) throw new Error('there is a lab only while a test runs');
      return lab;
    });
  });
}
