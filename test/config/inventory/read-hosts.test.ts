import { describe, expect, it } from 'vitest';
import { Faults } from '../../../src/config/faults.ts';
import { readInventoryText } from '../../../src/config/inventory/inventory-text.ts';
import { readHosts } from '../../../src/config/inventory/read-hosts.ts';

function read(text: string) {
  const faults = new Faults();
  const hosts = readHosts(readInventoryText(text, 'f'), faults);
  return {
    hosts,
    faults: faults.lines,
    of: (name: string, variable: string) => hosts.find((one) => one.name === name)?.variables.get(variable),
  };
}

describe('readHosts', () => {
  it('sorts hosts by name, with every group they are in, also through children', () => {
    const { hosts } = read('all: { children: { b: { children: { a: { hosts: { h2: , h1: } } } }, c: { hosts: { h1: } } } }');
    expect(hosts.map(({ name, groups }) => [name, groups])).toEqual([
      ['h1', ['a', 'all', 'b', 'c']],
      ['h2', ['a', 'all', 'b']],
    ]);
  });

  it('gives a host’s own variable before its group’s, a child’s before its parent’s, and all before none', () => {
    const { of } = read(`
all:
  vars: { a: all, b: all, c: all, d: all }
  children:
    outer:
      vars: { b: outer, c: outer, d: outer }
      children: { inner: { vars: { c: inner, d: inner }, hosts: { h: { d: host } } } }
`);
    expect(['a', 'b', 'c', 'd'].map((name) => of('h', name)?.value)).toEqual(['all', 'outer', 'inner', 'host']);
  });

  it('takes the group that sorts last among those of one depth', () => {
    const { of } = read('all: { children: { q: { vars: { a: q }, hosts: { h: } }, p: { vars: { a: p }, hosts: { h: } } } }');
    expect(of('h', 'a')?.value).toBe('q');
  });

  it('knows where a variable was set', () => {
    const { of } = read('all:\n  children:\n    infra:\n      vars: { a: 1 }\n      hosts:\n        h: { b: 2 }\n');
    expect([of('h', 'a')?.origin, of('h', 'b')?.origin]).toEqual(['f:4: group infra', 'f:6: host h']);
  });

  it('reads groups beside "all", and a host that is in no group but it', () => {
    const { hosts, of } = read('all: { hosts: { h: } }\ninfra: { hosts: { i: }, vars: { a: 1 } }');
    expect(hosts.map(({ name, groups }) => [name, groups])).toEqual([
      ['h', ['all']],
      ['i', ['all', 'infra']],
    ]);
    expect(of('i', 'a')?.value).toBe(1);
  });

  it('ends on groups that are each other’s children', () => {
    const { hosts } = read('a: { children: { b: }, hosts: { h: } }\nb: { children: { a: } }');
    expect(hosts.map(({ groups }) => groups)).toEqual([['a', 'b']]);
  });

  it.each([
    ['no map', '- a', 'f: found ["a"], expected a map with the group "all"'],
    ['a group that is no map', 'all: { children: { a: 1 } }', 'f:1: group a: found 1, expected a map'],
    ['an unknown key of a group', 'all: { host: {} }', 'f:1: group all: found "host", expected hosts, vars or children'],
    ['hosts as a list', 'all: { hosts: [h] }', 'f:1: group all: hosts: found ["h"], expected a map'],
    ['a host that is no map', 'all: { hosts: { h: 1 } }', 'f:1: host h: found 1, expected a map'],
  ])('has a fault for %s', (_, text, fault) => {
    expect(read(text).faults).toEqual([fault]);
  });

  it('has a fault for groups nested without end', () => {
    const text = `${'{ children: { a: '.repeat(25)}{}${' } }'.repeat(25)}`;
    expect(read(`all: ${text}`).faults).toEqual([expect.stringContaining('expected at most 20 levels of groups')]);
  });
});
