import { describe, expect, it } from 'vitest';
import { Portal, PortalEntry } from '../../../src/config/inventory/portal.ts';

/** What is wrong, as `path: expected`. */
function faults(portal: object): string[] {
  const result = Portal.safeParse(portal);
  return result.success ? [] : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
}

describe('PortalEntry', () => {
  it('takes one further name for a list of one', () => {
    expect(PortalEntry.parse({ domain: 'a.test', domains: 'b.test', websocket: 'yes' })).toEqual({
      domain: 'a.test',
      domains: ['b.test'],
      websocket: true,
    });
  });

  it.each([
    ['an endpoint with a path', { endpoint: '10.0.0.1:80/x' }],
    ['a relative path', { path: 'www' }],
    ['a log outside its directory', { log: '../x' }],
    ['a certificate without its key', { cert: '/a' }],
    ['a realm that switches the password off', { realm: 'off' }],
    ['a realm with a variable', { realm: '$host' }],
    ['text that closes its server', { config: '} server {' }],
    ['a Jinja template', { conf: 'x.conf' }],
    ['an unknown key', { domian: 'x.test' }],
  ])('refuses %s', (_, entry) => {
    expect(PortalEntry.safeParse(entry).success).toBe(false);
  });
});

describe('Portal', () => {
  it('takes home alone, entries without a domain as notes, and the rest with where it leads', () => {
    const entries = { home: { domain: 'i.test' }, note: { endpoint: '10.0.0.1:80' }, x: { domain: 'x.test', path: '/x' } };
    expect(faults(entries)).toEqual([]);
  });

  it('refuses a domain that leads nowhere', () => {
    expect(faults({ x: { domain: 'x.test' } })).toEqual(['x: an "endpoint" or a "path" beside the domain']);
  });

  it('refuses one domain of two entries, however it is written', () => {
    const entries = { a: { domain: 'x.test', domains: ['x.test'], path: '/a' }, b: { domain: 'b.test', domains: ['X.test'], path: '/b' } };
    expect(faults(entries)).toEqual(['b.domain: a domain of its own: X.test belongs to entry "a"']);
  });

  it.each(['../x', 'a b', '.x', '', 'haproxy-node-1'])('refuses the entry name "%s"', (name) => {
    expect(faults({ [name]: { domain: 'x.test', path: '/x' } })).not.toEqual([]);
  });
});
