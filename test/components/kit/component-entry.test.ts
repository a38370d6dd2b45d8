import { describe, expect, it } from 'vitest';
import { entryOf, hasComponent, infraEntryOf } from '../../../src/components/kit/component-entry.ts';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import { desiredOf, WITH_NODE, without } from '../component-lab.ts';

describe('the entry of a component', () => {
  it('is that of the bundle', () => {
    expect(entryOf(desiredOf(), 'vmetrics')).toMatchObject({ packages: ['victoria-metrics'], binary: '/usr/bin/victoria-metrics' });
    expect(hasComponent(desiredOf(), 'vmetrics')).toBe(true);
  });

  it.each([
    ['absent', 'vmetrics'],
    ['unknown', 'nobody'],
  ])('is null for a component that is %s', (_, name) => {
    const desired = desiredOf({ change: without('vmetrics') });
    expect(entryOf(desired, name)).toBeNull();
    expect(infraEntryOf(desired, name)).toBeNull();
    expect(hasComponent(desired, name)).toBe(false);
  });

  it('on INFRA hosts is null elsewhere', () => {
    const inventory = parseInventory(WITH_NODE, 'x');
    expect(infraEntryOf(desiredOf({ inventory }), 'vmetrics')).not.toBeNull();
    expect(infraEntryOf(desiredOf({ inventory, host: '10.10.10.20' }), 'vmetrics')).toBeNull();
  });
});
