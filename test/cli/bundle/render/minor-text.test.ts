import { expect, it } from 'vitest';
import { minorText } from '../../../../src/cli/bundle/render/minor-text.ts';
import type { Lock, LockedUpstream } from '../../../../src/lock/lock.ts';
import { LOCK } from '../../../lock/toy-lock.ts';

function lockOf(minor: string | null, upstreams: readonly (readonly [name: string, minor: string | null, isLocal?: boolean])[]): Lock {
  const made = upstreams.map(
    ([name, own, isLocal]): LockedUpstream => ({
      ...{ name, suite: '', rootSha256: '', dateSec: 0, trust: { kind: isLocal ? 'local' : 'unsigned' } },
      ...(own === null ? {} : { minor: own }),
    }),
  );
  return { ...LOCK, request: { ...LOCK.request, minor }, upstreams: made };
}

it.each<[string, Lock, string | null]>([
  ['no minor release was asked for', lockOf(null, [['baseos', null]]), null],
  [
    'all are of it',
    lockOf('9.4', [
      ['baseos', '9.4'],
      ['appstream', '9.4'],
    ]),
    '9.4 from its own repositories: baseos, appstream',
  ],
  [
    'some follow the newest',
    lockOf('9.4', [
      ['baseos', '9.4'],
      ['epel', null],
      ['old', '9.3'],
    ]),
    '9.4 from its own repositories: baseos; not kept per minor release, so the newest: epel, old',
  ],
  [
    'none is of it',
    lockOf('9.4', [['epel', null]]),
    '9.4 from its own repositories: none; not kept per minor release, so the newest: epel',
  ],
  [
    'packages given as files have none',
    lockOf('9.4', [
      ['baseos', '9.4'],
      ['local', null, true],
    ]),
    '9.4 from its own repositories: baseos',
  ],
])('%s', (_, lock, text) => {
  expect(minorText(lock)).toBe(text);
});
