import { expect, it } from 'vitest';
import { bundleView } from '../../../src/install/desired/bundle-view.ts';
import type { BundleIndex } from '../../../src/pack/format/bundle-index.ts';
import { composeToy } from '../../lab/upstreams/toy-bundle.ts';

const { index } = composeToy();
const view = (components: object, more: Partial<BundleIndex> = {}) => bundleView({ ...index, ...more, components } as BundleIndex, 'x.tgz');

it('fills in what a component does not say', () => {
  expect(view({ nginx: { packages: ['nginx'] } }).components.nginx).toEqual({
    packages: ['nginx'],
    binary: null,
    unit: null,
    masks: [],
    user: 'root',
    config: [],
    version: null,
  });
});

it('keeps why a component is absent', () => {
  expect(view({ grafana: { absent: 'not in Debian' } }).components).toEqual({ grafana: { absent: 'not in Debian' } });
});

it('names the key only of a repository that is signed by one', () => {
  expect(view({}).repositoryKey).toBeNull();
  expect(view({}, { files: [...index.files, { path: 'pigsty/pigsty.asc', sizeBytes: 1, sha256: '0' }] }).repositoryKey).toBe('pigsty.asc');
});

it.each([{ nginx: {} }, { nginx: { packages: 'nginx' } }, { nginx: { packages: [], binary: 'relative' } }])('refuses %j', (components) => {
  expect(() => view(components)).toThrow(expect.objectContaining({ code: 'BUNDLE_INVALID', message: expect.stringContaining('nginx') }));
});
