import { expect, it } from 'vitest';
import { NO_BASELINE } from '../../src/resolve/baseline.ts';
import { unusedPins } from '../../src/resolve/unused-pins.ts';
import { toyManifest, toyMetadata } from '../lab/upstreams/deb-metadata.ts';
import { toyInput } from '../lab/upstreams/toy-build.ts';

const STANZAS = [['nginx 1.0'], ['nginx 2.0'], ['redis 7']] as const;

function unused(...pins: readonly { readonly name: string; readonly version: string | null; readonly upstream: string | null }[]) {
  const manifest = toyManifest({ pins });
  return unusedPins(toyMetadata(STANZAS, manifest), toyInput(manifest, { baselines: [NO_BASELINE] }));
}

it('holds what is there', () => {
  expect(unused({ name: 'nginx', version: '1.0', upstream: null }, { name: 'redis', version: null, upstream: 'toy' })).toEqual([]);
  expect(unused()).toEqual([]);
});

it('a name nobody has, and a version nobody has, are told', () => {
  expect(unused({ name: 'ngnix', version: '1.0', upstream: null }, { name: 'nginx', version: '3.0', upstream: 'toy' })).toEqual([
    'pins.ngnix has no effect: no upstream has a package of this name (did you mean "nginx"?)',
    'pins.nginx has no effect: no upstream has nginx as it is pinned, version 3.0 of upstream toy',
  ]);
});
