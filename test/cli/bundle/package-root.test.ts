import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../../src/cli/bundle/package-root.ts';

it('is the directory that holds manifests, sources and the package', () => {
  expect(packageRoot()).toBe(join(import.meta.dirname, '../../..'));
  expect(existsSync(join(packageRoot(), 'package.json'))).toBe(true);
});
