import { describe, expect, it } from 'vitest';
import { haproxyFiles } from '../../../src/components/nginx/haproxy-files.ts';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import { desiredOf, TWO_INFRA_HOSTS, WITH_NODE, without } from '../component-lab.ts';

describe('haproxyFiles', () => {
  it('lead to the page of every node, where its HAProxy serves it', () => {
    const files = new Map(
      haproxyFiles(desiredOf({ inventory: parseInventory(WITH_NODE, 'x') })).map(({ name, content }) => [name, content]),
    );
    expect([...files.keys()]).toEqual([
      'location-node-10-10-10-10.conf',
      'upstream-node-10-10-10-10.conf',
      'location-node-10-10-10-20.conf',
      'upstream-node-10-10-10-20.conf',
    ]);
    expect(files.get('location-node-10-10-10-20.conf')).toMatch(
      /^location \^~ \/haproxy\/node-10-10-10-20\/ \{\n {4}proxy_pass http:\/\/haproxy-node-10-10-10-20;\n/,
    );
    expect(files.get('upstream-node-10-10-10-20.conf')).toBe(
      'upstream haproxy-node-10-10-10-20 {\n    server 10.10.10.20:9101 max_fails=0;\n}\n',
    );
  });

  it('go through loopback on a host alone', () => {
    expect(
      haproxyFiles(desiredOf({ vars: 'haproxy_exporter_port: 9200' }))
        .map(({ content }) => content)
        .join(),
    ).toContain('server 127.0.0.1:9200');
  });

  it('leave out nodes without one, and all of them when the bundle has none', () => {
    const hosts = TWO_INFRA_HOSTS.replace('infra_seq: 2', 'infra_seq: 2, haproxy_enabled: no');
    expect(haproxyFiles(desiredOf({ hosts })).map(({ name }) => name)).toEqual([
      'location-node-10-10-10-10.conf',
      'upstream-node-10-10-10-10.conf',
    ]);
    expect(haproxyFiles(desiredOf({ change: without('haproxy') }))).toEqual([]);
  });
});
