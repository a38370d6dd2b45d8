/**
 * A group of tests with a lab of its own for each: made before it, taken down after it, its hosts' console and journal shown when it
 * failed.
 */
import { afterEach, beforeEach, describe } from 'vitest';
import { createLab, type Lab } from './lab.ts';
import { hasProgram, labUnavailable } from './lab-unavailable.ts';

/**
 * Like `describe`. `body` gets a function that returns the present test's lab. Where hosts cannot be booted, or one of `programs` is
 * missing, the tests are skipped and the reason stands in the group's name.
 */
export function describeLab(title: string, programs: readonly string[], body: (lab: () => Lab) => void): void {
  const missing = programs.filter((name) => !hasProgram(name));
  const reason = labUnavailable() ?? (missing.length > 0 ? `missing programs: ${missing.join(' ')}` : undefined);
  describe.skipIf(reason !== undefined)(reason === undefined ? title : `${title} (${reason})`, () => {
    let lab: Lab | undefined;
    beforeEach(async () => {
      lab = await createLab();
    });
    afterEach(async ({ task }) => {
      if (task.result?.state === 'fail') console.error(await lab?.evidence());
      await lab?.destroy();
      lab = undefined;
    });
    body(() => {
      if (lab === undefined) throw new Error('there is a lab only while a test runs');
      return lab;
    });
  });
}
