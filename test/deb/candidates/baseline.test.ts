import { describe, expect, it } from 'vitest';
import { debInstalledRequests, minimalBaseline } from '../../../src/deb/candidates/baseline.ts';
import { parseHostStatus } from '../../../src/deb/candidates/host-status.ts';
import { solve } from '../../../src/solve/solve.ts';
import { providerOver, resolve, stanza, upstream } from '../../support/tiny-archive.ts';

describe('baselines', () => {
  const archive = upstream('debian', [
    stanza('dpkg 1', { Essential: 'yes', Depends: 'libc6' }),
    stanza('libc6 1', { Priority: 'optional' }),
    stanza('less 1', { Priority: 'important' }),
    stanza('init 1', { Important: 'yes', Priority: 'optional' }),
    stanza('nginx 1', { Depends: 'libc6, libssl3 (>= 3)' }),
    stanza('libssl3 3', {}),
  ]);

  it('minimal is the closure of Essential packages and high priorities; Protected ones are not needed, only kept', () => {
    const provider = providerOver([archive]);
    const names = minimalBaseline(provider).map((id) => provider.name(id));
    expect(names.sort()).toEqual(['dpkg', 'less', 'libc6']);
  });

  it('minimal leaves out packages of high priority that clash, and needs the Essential ones', () => {
    const clash = [stanza('x 1', { Priority: 'important', Conflicts: 'y' }), stanza('y 1', { Priority: 'important' })];
    const provider = providerOver([archive, upstream('more', clash)]);
    expect(minimalBaseline(provider).map((id) => provider.name(id))).toEqual(['dpkg', 'libc6', 'less']);
    const broken = providerOver([upstream('debian', [stanza('dpkg 1', { Essential: 'yes', Depends: 'gone' })])]);
    expect(() => minimalBaseline(broken)).toThrow(expect.objectContaining({ code: 'SOLVE_UNSATISFIABLE' }));
  });

  it('none leaves Essential packages to explicit requests', () => {
    const provider = providerOver([archive]);
    expect(provider.essentialRequests().map(({ text }) => text)).toEqual(['dpkg']);
    expect(resolve(provider, 'nginx')).toEqual(['libc6 1', 'libssl3 3', 'nginx 1']);
  });

  it('a captured host keeps what it has, and upgrades only what must be newer', () => {
    const installed = (name: string, version: string) =>
      `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\nArchitecture: amd64\n`;
    const { index: status } = parseHostStatus(
      Buffer.from([installed('libc6', '1'), installed('libssl3', '2'), installed('own', '7')].join('\n')),
      'host',
    );
    const provider = providerOver([archive, { name: 'host', index: status }]);
    const result = solve({ provider, requests: [...debInstalledRequests(provider), provider.findRequest('nginx', 'test')] });
    const selected = result.kind === 'solution' ? result.selected.map((id) => provider.pool.package(id)) : [];
    const added = selected.filter((found) => !found.isInstalled).map((found) => `${found.record.name} ${found.record.version}`);
    expect(added.sort()).toEqual(['libssl3 3', 'nginx 1']);
    expect(
      selected
        .filter((found) => found.isInstalled)
        .map((found) => found.record.name)
        .sort(),
    ).toEqual(['libc6', 'own']);
  });

  it('a package that wants to be reinstalled needs an archive that is not older', () => {
    const requests = (version: string) => debInstalledRequests(providerOver([archive]), [{ name: 'libssl3', version }]);
    const provider = providerOver([archive]);
    expect(
      requests('3').map(({ anyOf }) => anyOf.map((id) => provider.pool.entry('libssl3').candidates.some((one) => one.id === id))),
    ).toEqual([[true]]);
    expect(requests('4')).toMatchObject([{ text: expect.stringContaining('libssl3 (>= 4)'), anyOf: [] }]);
  });
});
