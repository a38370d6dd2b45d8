import { expect, it } from 'vitest';
import { DEFAULT_PLACE, installerIn, repositoryDirectory } from '../../src/base/repository-place.ts';

it('is where Pigsty has it unless the configuration says otherwise', () => {
  expect(repositoryDirectory(DEFAULT_PLACE)).toBe('/www/pigsty');
  expect(installerIn({ webRoot: '/srv', repoName: 'mypkg' })).toBe('/srv/mypkg/pigsty-install');
});
