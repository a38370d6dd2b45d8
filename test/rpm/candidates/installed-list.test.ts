import { describe, expect, it } from 'vitest';
import { installedPackages, parseInstalledList, withoutDuplicates } from '../../../src/rpm/candidates/installed-list.ts';
import { isInstallOnly } from '../../../src/rpm/candidates/rpm-candidate-pool.ts';
import { formatNevra } from '../../../src/rpm/package/rpm-package.ts';
import { toyRpm } from '../../lab/upstreams/toy-rpms.ts';

it.each([
  ['openssl-libs 1:3.0.7-24.el9 x86_64', { name: 'openssl-libs', epoch: '1', version: '3.0.7', release: '24.el9', arch: 'x86_64' }],
  ['bash 5.1.8-9.el9 x86_64', { name: 'bash', epoch: '0', version: '5.1.8', release: '9.el9', arch: 'x86_64' }],
  ['openssl-libs-1:3.0.7-24.el9.x86_64', { name: 'openssl-libs', epoch: '1', version: '3.0.7', release: '24.el9', arch: 'x86_64' }],
  ['perl-Text-Tabs+Wrap-2013.0523-460.el9.noarch', { name: 'perl-Text-Tabs+Wrap', epoch: null, version: '2013.0523', release: '460.el9' }],
])('reads the line %s', (line, expected) => {
  expect(parseInstalledList(`${line}\ngpg-pubkey-8483c65d-5ccc5b19\n\n`, 'host.txt')).toMatchObject({ entries: [expected], notes: [] });
});

it.each(['Package: bash\nStatus: install ok installed\n', '', '# nothing\n'])('refuses %j and tells how to capture one', (text) => {
  expect(() => parseInstalledList(text, 'host.txt')).toThrowError(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('host.txt'),
      hint: expect.stringContaining('rpm -qa --qf'),
    }),
  );
});

describe('installed packages', () => {
  const known = [
    toyRpm('lib 1:2-1 x86_64', { requires: ['libc'] }),
    toyRpm('kernel-core 6-1 x86_64', { provides: ['installonlypkg(kernel)'] }),
  ];
  const read = (list: string) => installedPackages(parseInstalledList(list, 'host.txt').entries, known);

  it('have all the metadata when an upstream has the very same one, with or without its epoch told', () => {
    expect(read('lib 1:2-1 x86_64')).toEqual([known[0]]);
    expect(read('lib-2-1.x86_64')).toEqual([known[0]]);
  });

  it('have but their name otherwise', () => {
    const [pkg] = read('lib 3-1 x86_64');
    expect([pkg?.requires, pkg?.provides.map(({ name, version }) => `${name} ${version}`)]).toEqual([[], ['lib 3']]);
  });

  it('are install-only when another version of the name is', () => {
    expect(read('kernel-core 5-1 x86_64').map((pkg) => isInstallOnly({ pkg }))).toEqual([true]);
  });

  it('are listed once', () => {
    expect(read('lib 1:2-1 x86_64\nlib-2-1.x86_64\n')).toHaveLength(1);
  });
});

describe('withoutDuplicates', () => {
  it.each([
    ['keeps the newest of a name', ['a 1-1', 'a 2-1', 'b 1-1'], ['a-1-1.noarch']],
    ['keeps two word sizes', ['a 1-1 x86_64', 'a 2-1 i686'], []],
    ['lets noarch replace either', ['a 1-1 x86_64', 'a 2-1 noarch'], ['a-1-1.x86_64']],
  ])('%s', (_what, lines, gone) => {
    const { packages, duplicates } = withoutDuplicates(lines.map((line) => toyRpm(line)));
    expect(duplicates.map(formatNevra)).toEqual(gone);
    expect(packages).toHaveLength(lines.length - gone.length);
  });

  it('keeps every kernel', () => {
    const kernels = ['1-1', '2-1'].map((evr) => toyRpm(`kernel-core ${evr} x86_64`, { provides: ['installonlypkg(kernel)'] }));
    expect(withoutDuplicates(kernels).duplicates).toEqual([]);
  });
});
