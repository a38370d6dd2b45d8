import { expect, it } from 'vitest';
import type { Event } from '../../../../src/base/events.ts';
import { trustText, weakKeyTexts } from '../../../../src/cli/bundle/render/trust-text.ts';
import { warnOnce } from '../../../../src/cli/render/warn-once.ts';
import type { UpstreamTrust } from '../../../../src/lock/lock.ts';

it.each<[UpstreamTrust, string, readonly string[]]>([
  [{ kind: 'signed', fingerprint: 'A' }, 'signed by A', []],
  [{ kind: 'packages', fingerprint: 'A' }, 'packages signed by A; metadata not signed', []],
  [
    { kind: 'packages', fingerprint: 'A', others: ['B', 'C'], weak: ['key B: old'] },
    'packages signed by A or B or C; metadata not signed',
    ['key B: old'],
  ],
  [{ kind: 'unsigned' }, 'NOT signed', []],
  [{ kind: 'local' }, 'given as files, taken as they are', []],
])('%j', (trust, text, weak) => {
  expect(trustText(trust)).toBe(text);
  expect(weakKeyTexts(trust)).toEqual(weak);
});

it('the same warning or note is passed on once, other events as they come', () => {
  const passed: Event[] = [];
  const report = warnOnce((event) => passed.push(event));
  const warning: Event = { type: 'warning', code: 'WEAK_KEY', message: 'old' };
  const note: Event = { type: 'note', message: 'old' };
  const end: Event = { type: 'phase.end', phase: 'solve', durationMs: 1 };
  for (const event of [warning, note, end, warning, note, end, { ...warning, code: 'OTHER' }]) report(event);
  expect(passed).toEqual([warning, note, end, end, { ...warning, code: 'OTHER' }]);
});
