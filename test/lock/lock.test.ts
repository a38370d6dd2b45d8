import { expect, it } from 'vitest';
import { packageSigners, type UpstreamTrust } from '../../src/lock/lock.ts';

it.each<[string, UpstreamTrust, readonly string[]]>([
  ['signed packages', { kind: 'packages', fingerprint: 'A' }, ['A']],
  ['packages signed by one of several keys', { kind: 'packages', fingerprint: 'A', others: ['B', 'C'] }, ['A', 'B', 'C']],
  ['signed metadata alone', { kind: 'signed', fingerprint: 'A' }, []],
  ['signed metadata and packages', { kind: 'signed', fingerprint: 'A', packageSigners: ['B'] }, ['B']],
  ['no signatures', { kind: 'unsigned' }, []],
  ['packages given as files', { kind: 'local' }, []],
])('who may have signed the packages of an upstream with %s', (_, trust, expected) => {
  expect(packageSigners(trust)).toEqual(expected);
});
