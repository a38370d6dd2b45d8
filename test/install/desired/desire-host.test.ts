import { describe, expect, it } from 'vitest';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import { desiredFrom } from '../../support/desired-lab.ts';

describe('a host', () => {
  it('has its name from the PostgreSQL instance it carries', () => {
    const text = 'all: { children: { infra: { hosts: { 10.0.0.1: { infra_seq: 1, pg_cluster: pg-meta, pg_seq: 3 } } } } }';
    expect(desiredFrom(parseInventory(text, 'x')).host).toEqual({
      address: '10.0.0.1',
      nodename: 'pg-meta-3',
      cluster: 'pg-meta',
      infraSeq: 1,
    });
  });
});
