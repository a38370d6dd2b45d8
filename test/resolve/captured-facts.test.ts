import { describe, expect, it } from 'vitest';
import { listOfHost, parseCapturedFacts } from '../../src/resolve/captured-facts.ts';
import { solveGroups } from '../../src/resolve/solve-groups.ts';
import { toyMetadata } from '../lab/upstreams/deb-metadata.ts';

const GROUPS = new Map([['joint', [{ text: 'a', origin: 'profile toy', recommends: false, optional: false }]]]);

function closureBeside(captured: string) {
  const metadata = toyMetadata([
    ['a 1', { Depends: 'b (>= 2), cap' }],
    ['b 2'],
    ['c 1', { Provides: 'cap' }],
    ['d 1', { Provides: 'cap' }],
  ]);
  const baseline = { kind: 'file', name: 'file:x', path: 'captured.json', bytes: Buffer.from(captured) } as const;
  const { groups } = solveGroups(metadata, GROUPS, [baseline]);
  return groups[0]?.closure.map((id) => groups[0]?.candidates.facts(id).name).sort();
}

const facts = (packages: Record<string, string>): string =>
  `{"type":"facts.start"}\n${JSON.stringify({ type: 'result', facts: { packages } })}\n`;

describe('a baseline of captured facts', () => {
  it('knows what installed packages provide from the upstreams', () => {
    expect(closureBeside(facts({ b: '2', d: '1' }))).toEqual(['a']);
  });

  it('upgrades what is too old', () => {
    expect(closureBeside(facts({ b: '1', d: '1' }))).toEqual(['a', 'b']);
  });

  it('believes nothing of a version no upstream has', () => {
    expect(closureBeside(facts({ b: '2', d: '0.9' }))).toEqual(['a', 'c']);
  });

  it.each(['{}', '{"facts":{"packages":{"../x":"1"}}}', '{"facts":{"packages":{"a":"1\\nStatus: x"}}}'])('refuses %s', (captured) => {
    expect(() => closureBeside(captured)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});

describe('captured facts', () => {
  const parse = (facts: unknown) => parseCapturedFacts(Buffer.from(JSON.stringify({ facts })), 'captured.json');

  it('have packages in every state, as dpkg writes it', () => {
    const brokenPackages = [
      { name: 'b:i386', version: '2', state: 'unpacked', needsReinstall: false },
      { name: 'c', version: '3', state: 'half-installed', needsReinstall: true },
      { name: 'old', state: 'unpacked' },
    ];
    const { packages } = parse({ packages: { a: ['1', '2'] }, brokenPackages, heldPackages: ['a', 'b:i386'] });
    expect(packages.map(({ name, arch, version, status }) => [name, arch, version, status])).toEqual([
      ['a', null, '1', 'hold ok installed'],
      ['a', null, '2', 'hold ok installed'],
      ['b', 'i386', '2', 'hold ok unpacked'],
      ['c', null, '3', 'install reinstreq half-installed'],
    ]);
  });

  it('tell no rules from none asked for', () => {
    expect(parse({ packages: { a: '1' } }).rules).toBeNull();
    expect([...(parse({ packages: { a: '1' }, packageRules: [{ path: '/x', content: 'y' }] }).rules ?? [])]).toEqual([['/x', 'y']]);
  });

  it('become the lines of an rpm list', () => {
    const host = parse({ packages: { a: '1-1', 'b:i686': '2-1' } });
    expect(listOfHost(host, () => 'noarch')).toBe('a 1-1 noarch\nb 2-1 i686');
  });
});
