import { describe, expect, it } from 'vitest';
import { dnf } from '../../../src/install/packages/dnf.ts';

const REPOSITORY = { directory: '/www/mypkg', keyFile: null };

describe('the source of the repository', () => {
  it('is named after it', () => {
    const { path, content } = dnf.hostSource('mypkg', REPOSITORY);
    expect(path).toBe('/etc/yum.repos.d/mypkg-local.repo');
    expect(content).toMatch(/^\[mypkg-local\]\n/);
    expect(content).toContain('baseurl=file:///www/mypkg/\n');
  });

  it('is not hidden by modules of the host', () => {
    expect(dnf.hostSource('p', REPOSITORY).content).toContain('module_hotfixes=1\n');
  });
});

describe('dnf limited to our repository', () => {
  it('reads nothing but our source, and weak dependencies only when the bundle has them', () => {
    const [conf, repo] = dnf.supportFiles('/s', REPOSITORY, false);
    expect([conf?.path, repo?.path]).toEqual(['/s/dnf.conf', '/s/repos/pigsty.repo']);
    for (const line of ['reposdir=/s/repos\n', 'cachedir=/s/cache\n', 'install_weak_deps=False\n']) expect(conf?.content).toContain(line);
    expect(dnf.supportFiles('/s', REPOSITORY, true)[0]?.content).toContain('install_weak_deps=True\n');
  });

  it('finishes nothing by itself: the next transaction does', () => {
    expect(dnf.finish('/s')).toBeNull();
  });
});

const TABLE = `Dependencies resolved.
================================================================
 Package     Architecture  Version          Repository     Size
================================================================
Installing:
 nginx       x86_64        1:1.20.1-14.el9  pigsty         36 k
Upgrading:
 openssl     x86_64        1:3.0.7-28.el9   pigsty         1.2 M
Removing dependent packages:
 httpd       x86_64        2.4-1.el9        @appstream     10 k

Transaction Summary
================================================================
Operation aborted.
`;

describe('a simulation', () => {
  it('tells installs, upgrades and removals apart; being told not to act is no failure', () => {
    expect(dnf.parseSimulation(TABLE, 1)).toEqual({
      installs: [{ name: 'nginx', version: '1:1.20.1-14.el9' }],
      upgrades: [{ name: 'openssl', from: '', to: '1:3.0.7-28.el9' }],
      removals: ['httpd'],
      problems: [],
    });
  });

  it('says in dnf’s words why it is not possible', () => {
    const output = 'Error: \n Problem: conflicting requests\n  - nothing provides libx.so.1 needed by a-1.x86_64\n';
    expect(dnf.parseSimulation(output, 1).problems).toEqual([
      'Error:',
      'Problem: conflicting requests',
      '- nothing provides libx.so.1 needed by a-1.x86_64',
    ]);
  });
});
