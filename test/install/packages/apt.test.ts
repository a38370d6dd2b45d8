import { describe, expect, it } from 'vitest';
import { apt } from '../../../src/install/packages/apt.ts';

const REPOSITORY = { directory: '/www/mypkg', keyFile: null };

describe('the source of the repository', () => {
  it('is trusted when we verified it ourselves', () => {
    expect(apt.hostSource('mypkg', REPOSITORY)).toEqual({
      path: '/etc/apt/sources.list.d/mypkg-local.sources',
      content: 'Types: deb\nURIs: file:/www/mypkg\nSuites: ./\nCheck-Date: no\nTrusted: yes\n',
    });
  });

  it('is held against a key when there is one', () => {
    expect(apt.hostSource('p', { ...REPOSITORY, keyFile: '/k.asc' }).content).toContain('Signed-By: /k.asc\n');
  });
});

describe('apt limited to our repository', () => {
  it('reads nothing but our source and keeps everything below one directory', () => {
    const files = apt.supportFiles('/s', REPOSITORY, false);
    expect(files.map(({ path }) => path)).toEqual(['/s/apt.conf', '/s/sources.list.d/pigsty.sources']);
    for (const line of [
      'Dir::Etc::sourcelist "/dev/null";',
      'Dir::Etc::sourceparts "/s/sources.list.d";',
      'APT::Install-Recommends "false";',
    ])
      expect(files[0]?.content).toContain(line);
    expect(apt.supportFiles('/s', REPOSITORY, true)[0]?.content).toContain('APT::Install-Recommends "true";');
  });

  it.each([apt.simulate('/s', ['a', 'b']), apt.install('/s', ['a', 'b'])])(
    'gets names as arguments, not as part of a script',
    (...argv) => {
      expect(argv.slice(-3)).toEqual(['/s', 'a', 'b']);
    },
  );
});

describe('a simulation', () => {
  it('tells installs, upgrades and removals apart', () => {
    const output = [
      'Reading package lists...',
      'Inst nginx (1.22.1-9 Debian:12/stable [amd64])',
      'Inst libc6 [2.36-9] (2.36-9+deb12u1 Debian:12/stable [amd64])',
      'Remv apache2 [2.4]',
      'Purg old [1]',
      'Conf nginx (1.22.1-9 Debian:12/stable [amd64])',
    ].join('\n');
    expect(apt.parseSimulation(output, 0)).toEqual({
      installs: [{ name: 'nginx', version: '1.22.1-9' }],
      upgrades: [{ name: 'libc6', from: '2.36-9', to: '2.36-9+deb12u1' }],
      removals: ['apache2', 'old'],
      problems: [],
    });
  });

  it('says in apt’s words why it is not possible', () => {
    const output =
      'Some packages could not be installed.\n nginx : Depends: libssl3 (>= 9) but it is not installable\nE: Unable to correct problems\n';
    expect(apt.parseSimulation(output, 100).problems).toEqual([
      'nginx : Depends: libssl3 (>= 9) but it is not installable',
      'E: Unable to correct problems',
    ]);
  });

  it('says the end of it all when apt says nothing we know', () => {
    expect(apt.parseSimulation('Killed\n', 137).problems).toEqual(['Killed']);
  });
});
