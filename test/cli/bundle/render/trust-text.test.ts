import { expect, it } from 'vitest';
import { trustText, weakKeyTexts } from '../../../../src/cli/bundle/render/trust-text.ts';
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
  [{ kind: 'trusted' }, 'NOT signed: taken as it is, because the manifest says "trusted: yes"', []],
  [{ kind: 'local' }, 'given as files, taken as they are', []],
])('%j', (trust, text, weak) => {
  expect(trustText(trust)).toBe(text);
  expect(weakKeyTexts(trust)).toEqual(weak);
});
