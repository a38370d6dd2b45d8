import { expect, it } from 'vitest';
import { tcpClaim } from '../../../src/components/kit/tcp-claim.ts';
import type { ComponentEntry } from '../../../src/install/contract/declaration.ts';

const entry: ComponentEntry = {
  packages: [],
  binary: '/usr/bin/prometheus-blackbox-exporter',
  unit: null,
  masks: [],
  user: 'root',
  config: [],
  version: null,
};

it.each([
  ['10.0.0.1:80', { port: 80, address: '10.0.0.1' }],
  ['[fd00::1]:80', { port: 80, address: 'fd00::1' }],
  [':80', { port: 80 }],
])('tcpClaim of %s names the program as the kernel does', (listen, claim) => {
  expect(tcpClaim(listen, entry)).toEqual({ ...claim, protocol: 'tcp', holders: ['prometheus-blac'] });
});
