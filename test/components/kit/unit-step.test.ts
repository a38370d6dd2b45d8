import { expect, it } from 'vitest';
import { reloadOf, restartOf, unitOf, unitStep, withSuffix } from '../../../src/components/kit/unit-step.ts';
import type { ComponentEntry } from '../../../src/install/contract/declaration.ts';

const entry: ComponentEntry = { packages: [], binary: null, unit: null, masks: [], user: 'root', config: [], version: null };

it('unitOf is what the bundle says, else what the component says', () => {
  expect(unitOf({ ...entry, unit: 'chrony' }, 'chronyd')).toBe('chrony.service');
  expect(unitOf(entry, 'chronyd')).toBe('chronyd.service');
});

it('withSuffix keeps a suffix that is there', () => {
  expect([withSuffix('a'), withSuffix('a.timer')]).toEqual(['a.service', 'a.timer']);
});

it('unitStep starts a unit now and with the host, or neither', () => {
  expect(unitStep('a.service', true)).toEqual({ kind: 'unit', name: 'a.service', enabled: true, active: true });
  expect(unitStep('a.service', false)).toEqual({ kind: 'unit', name: 'a.service', enabled: false, active: false });
});

it('a changed file restarts or reloads its unit', () => {
  expect(restartOf('a.service')).toEqual([{ kind: 'unit', unit: 'a.service', action: 'restart' }]);
  expect(reloadOf('a.service')).toEqual([{ kind: 'unit', unit: 'a.service', action: 'reload' }]);
});
