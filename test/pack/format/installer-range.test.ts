import { expect, it } from 'vitest';
import { assertInstallableBy, INSTALLER_RANGE } from '../../../src/pack/format/installer-range.ts';

it.each(['0.1.0', '0.1.1', '1.0.0', '0.2.0-rc.1'])('%s can install what this program writes', (version) => {
  expect(() => assertInstallableBy({ needs: INSTALLER_RANGE }, version, 'x.tgz')).not.toThrow();
});

it.each([
  ['an installer that is too old', '>=0.3.0', '0.2.9', 'BUNDLE_TOO_NEW'],
  ['an installer that is too new', '^0.1.0', '1.0.0', 'BUNDLE_TOO_NEW'],
  ['no range at all', 'latest and greatest', '1.0.0', 'BUNDLE_INVALID'],
])('refuses %s', (_what, needs, version, code) => {
  expect(() => assertInstallableBy({ needs }, version, 'x.tgz')).toThrow(expect.objectContaining({ code }));
});
