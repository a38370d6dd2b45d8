/** Every file below bundle/ has a place in a bundle. */
import { expect, it } from 'vitest';
import { assertAssetLayout } from '../../src/base/asset-layout.ts';
import { labAssets } from '../support/desired-lab.ts';

it('every file travels, and is something a component takes', () => {
  const paths = [...labAssets().keys()];
  expect(paths.length).toBeGreaterThan(0);
  expect(() => assertAssetLayout(paths, 'bundle')).not.toThrow();
});
