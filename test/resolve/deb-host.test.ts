import { describe, expect, it } from 'vitest';
import type { DebCandidatePool } from '../../src/deb/candidates/deb-candidate-pool.ts';
import { debHostOf, readDebHost } from '../../src/resolve/deb-host.ts';

const neverAsked = (): DebCandidatePool => {
  throw new Error('nobody should look into the upstreams');
};
const noUpstream = () => ({ arch: 'amd64', entry: () => ({ candidates: [], rejected: [] }) }) as unknown as DebCandidatePool;
const captured = (text: string) => ({ kind: 'file', name: 'file:x', path: '/captured', bytes: Buffer.from(text) }) as const;

describe('a Debian host', () => {
  it('of a dpkg status file says itself what it has and holds', () => {
    const text = 'Package: a\nStatus: hold ok installed\nVersion: 1\nArchitecture: amd64\n';
    const { index, rules } = readDebHost(captured(text), neverAsked);
    expect([index.name, index.index.count, [...rules.held]]).toEqual(['host', 1, ['a amd64']]);
  });

  it('of facts has the pins of the files apt reads, in its order', () => {
    const pin = (path: string, priority: number) => ({ path, content: `Package: a\nPin: version *\nPin-Priority: ${priority}\n` });
    const hostWith = (...packageRules: readonly unknown[]) =>
      readDebHost(captured(JSON.stringify({ facts: { packages: { a: '1' }, packageRules } })), noUpstream).rules.pins.ofBundle('a', '2');
    expect(hostWith(pin('/etc/apt/preferences.d/x.pref', 7), pin('/etc/apt/preferences.d/z', 9))).toBe(7);
    expect(hostWith(pin('/etc/apt/preferences', 5), pin('/etc/apt/preferences.d/x', 7))).toBe(5);
    expect(hostWith(pin('/etc/apt/preferences.d/x.bak', 7), pin('/etc/dnf/dnf.conf', 9))).toBe(500);
  });

  it('of packages of an archive has these and no wishes', () => {
    const { index, rules, halfInstalled, notes } = debHostOf(Buffer.from('Package: a\nVersion: 1\nArchitecture: all\n'), 'minimal');
    expect([index.index.record(0).name, rules.held.size, halfInstalled, notes]).toEqual(['a', 0, [], []]);
  });
});
