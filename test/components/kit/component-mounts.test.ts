import { describe, expect, it } from 'vitest';
import { componentMounts, MOUNT_PATHS } from '../../../src/components/kit/component-mounts.ts';
import { SERVICES } from '../../../src/components/services.ts';
import { desiredOf, without } from '../component-lab.ts';

describe('componentMounts', () => {
  it('are all of them when the bundle has everything, each a component with a probe of its own', () => {
    const mounts = componentMounts(desiredOf());
    expect(mounts.map(({ path }) => path)).toEqual(MOUNT_PATHS);
    const names = SERVICES.map(({ name }) => name);
    expect(mounts.filter(({ component }) => !names.includes(component))).toEqual([]);
  });

  it('have both slashes, and no two the same path', () => {
    expect(MOUNT_PATHS.filter((path) => !/^\/[a-z]+\/$/.test(path))).toEqual([]);
    expect(new Set(MOUNT_PATHS).size).toBe(MOUNT_PATHS.length);
  });

  it('have the configured port', () => {
    expect(componentMounts(desiredOf({ vars: 'vlogs_port: 9999' }))).toContainEqual({
      component: 'vlogs',
      path: '/vlogs/',
      port: 9999,
      health: 'health',
    });
  });

  it('leave out what is switched off or not in the bundle', () => {
    const names = componentMounts(desiredOf({ vars: 'vmalert_enabled: no', change: without('grafana') })).map(({ component }) => component);
    expect(names).toContain('vmetrics');
    expect(names).not.toContain('vmalert');
    expect(names).not.toContain('grafana');
  });
});
