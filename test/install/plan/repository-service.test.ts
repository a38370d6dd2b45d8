import { expect, it } from 'vitest';
import { dnfRepo } from '../../../src/install/packages/dnf.ts';
import { DEFAULT_SETTINGS, repositoryView } from '../../../src/install/plan/repository-service.ts';

it.each([
  ['the keys the person named', 'ARMORED', 'pigsty.asc', '/etc/pigsty/trusted.asc'],
  ['else the key of a signed repository', null, 'pigsty.asc', '/www/pigsty/pigsty.asc'],
])('dnf holds metadata against %s', (_what, key, repositoryKey, path) => {
  const view = repositoryView({ ...DEFAULT_SETTINGS, key }, { repositoryKey });
  expect(dnfRepo('pigsty-local', view)).toContain(`\nrepo_gpgcheck=1\ngpgkey=file://${path}\n`);
});

it('dnf takes a repository as it is when nobody signed it', () => {
  expect(dnfRepo('pigsty-local', repositoryView(DEFAULT_SETTINGS, { repositoryKey: null }))).toContain('\nrepo_gpgcheck=0\n');
});
