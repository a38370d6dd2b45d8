import { expect, it } from 'vitest';
import type { Event } from '../../../src/base/events.ts';
import { warnOnce } from '../../../src/cli/render/warn-once.ts';

it('the same warning or note is passed on once, other events as they come', () => {
  const passed: Event[] = [];
  const report = warnOnce((event) => passed.push(event));
  const warning: Event = { type: 'warning', code: 'WEAK_KEY', message: 'old' };
  const note: Event = { type: 'note', message: 'old' };
  const end: Event = { type: 'phase.end', phase: 'solve', durationMs: 1 };
  for (const event of [warning, note, end, warning, note, end, { ...warning, code: 'OTHER' }]) report(event);
  expect(passed).toEqual([warning, note, end, end, { ...warning, code: 'OTHER' }]);
});

it('is passed on once for each target', () => {
  const passed: Event[] = [];
  const report = warnOnce((event) => passed.push(event));
  const warning: Event = { type: 'warning', code: 'WEAK_KEY', message: 'old', target: 'el8.x86_64' };
  for (const event of [warning, warning, { ...warning, target: 'el9.x86_64' }]) report(event);
  expect(passed).toEqual([warning, { ...warning, target: 'el9.x86_64' }]);
});
