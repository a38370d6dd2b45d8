import { expect, it } from 'vitest';
import type { Declaration } from '../../../src/install/contract/declaration.ts';
import { installedState, parseInstalledState } from '../../../src/install/state/installed-state.ts';
import { someBundle } from '../../support/some-input.ts';

const declaration = {
  services: ['web'],
  steps: [
    { service: 'web', step: { kind: 'unit', name: 'web.service', enabled: true, active: true } },
    { service: 'web', step: { kind: 'unit', name: 'old.service', enabled: false, active: false, masked: true } },
  ],
  ports: [{ service: 'web', protocol: 'tcp', port: 80, holders: ['web'] }],
  urls: [{ name: 'web', url: 'http://i.pigsty/' }],
  secrets: [{ name: 'Web', path: '/etc/pigsty/secrets.yml', user: 'admin' }],
  probes: [{ id: 'web', component: 'web', kind: 'tcp', host: '127.0.0.1', port: 80 }],
} as unknown as Declaration;
const { view } = someBundle();

it('is read back as it was written', () => {
  const state = installedState(declaration, view, '/www/mypkg/pigsty-install');
  expect(parseInstalledState(JSON.stringify(state))).toEqual(state);
});

it('names units we run, not those we mask, and components the bundle has', () => {
  const state = installedState(declaration, view, '/x');
  expect(state.units).toEqual([{ service: 'web', unit: 'web.service', active: true }]);
  const absent = Object.entries(view.components).flatMap(([name, entry]) => ('absent' in entry ? [name] : []));
  expect(absent.length).toBeGreaterThan(0);
  expect(state.components.filter(({ name }) => absent.includes(name))).toEqual([]);
});

it('of a host installed before the program was noted, it is where it normally is', () => {
  const { program: _, ...older } = installedState(declaration, view, '/x');
  expect(parseInstalledState(JSON.stringify(older))?.program).toBe('/www/pigsty/pigsty-install');
});

it.each(['', '{', '{}', 'null', '{"schema":2}'])('%j is none', (text) => {
  expect(parseInstalledState(text)).toBeNull();
});
