import { expect, it } from 'vitest';
import { IntentLog } from '../../../src/install/apply/intent-log.ts';

const RESTART = { kind: 'unit', unit: 'a.service', action: 'restart' } as const;

it('counts on, names the copy, and leaves out what is empty', () => {
  const log = new IntentLog('RUN', 'infra', 4);
  expect(log.add('s', (blob) => ({ kind: 'path', path: '/a', blob }))).toEqual({
    kind: 'path',
    path: '/a',
    blob: '/var/lib/pigsty-install/runs/RUN/blobs/4',
  });
  log.add('t', () => ({ kind: 'directory', path: '/b' }), [RESTART], 'digest');
  expect(log.nextSeq).toBe(6);
  expect(log.entries.map((entry) => Object.keys(entry))).toEqual([
    ['type', 'seq', 'phase', 'step', 'before'],
    ['type', 'seq', 'phase', 'step', 'before', 'owes', 'made'],
  ]);
  expect(log.entries[1]).toMatchObject({ seq: 5, phase: 'infra', step: 't', owes: [RESTART], made: 'digest' });
});
