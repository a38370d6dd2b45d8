import { expect, it } from 'vitest';
import { portalDomain, portalUrl } from '../../../src/components/kit/portal-url.ts';
import { type ComponentOptions, desiredOf } from '../component-lab.ts';

it.each<[string, ComponentOptions, string, string]>([
  ['the name of home', {}, 'i.pigsty', 'http://i.pigsty/ui/'],
  ['another port', { vars: 'nginx_port: 8080' }, 'i.pigsty', 'http://i.pigsty:8080/ui/'],
  ['the address without a home', { vars: 'infra_portal: {}' }, '10.10.10.10', 'http://10.10.10.10/ui/'],
  ['an IPv6 address', { vars: 'infra_portal: {}', hosts: '"fd00::10": { infra_seq: 1 }' }, 'fd00::10', 'http://[fd00::10]/ui/'],
])('the portal is found under %s', (_, options, domain, url) => {
  expect(portalDomain(desiredOf(options))).toBe(domain);
  expect(portalUrl(desiredOf(options), '/ui/')).toBe(url);
});
