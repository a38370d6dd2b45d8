import { expect, it } from 'vitest';
import { bundleFileName, compareEntryPaths, isPackagePath, modeOf } from '../../../src/pack/format/layout.ts';

it('puts what is needed to plan before the packages, and the marker last', () => {
  const order = [
    'pigsty/bundle.json',
    'pigsty/bundle.json.asc',
    'pigsty/pigsty-install',
    'pigsty.repo',
    'pigsty/bundle.lock',
    'pigsty/Packages',
    'pigsty/repodata/repomd.xml',
    'pigsty/assets/x.json',
    'pigsty/Z_1_all.deb',
    'pigsty/a_1_all.deb',
    'pigsty/other',
    'pigsty/repo_complete',
  ];
  expect(order.toReversed().sort(compareEntryPaths)).toEqual(order);
});

it.each([
  ['pigsty/a_1_all.deb', true],
  ['pigsty/a-1.noarch.rpm', true],
  ['pigsty/assets/a.deb', false],
  ['a.deb', false],
  ['pigsty/a.deb.asc', false],
])('%s is a package: %s', (path, expected) => {
  expect(isPackagePath(path)).toBe(expected);
});

it('lets only the installer of the repository be run', () => {
  expect([modeOf('pigsty/pigsty-install'), modeOf('pigsty/assets/pigsty-install'), modeOf('pigsty/a.deb')]).toEqual([0o755, 0o644, 0o644]);
});

it('is named as Pigsty names its own offline packages', () => {
  expect(bundleFileName({ distro: 'd12', arch: 'x86_64' }, '0.1.0')).toBe('pigsty-pkg-0.1.0.d12.x86_64.tgz');
});
