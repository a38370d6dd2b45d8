/** Bundles for hosts in every state a dpkg database can be in: what we say is proved, the real apt and dpkg install from the tree alone. */
import { describe, expect, it } from 'vitest';
import { aptInstall, debStateLab, type HostDeb } from '../lab/hosts/deb-host.ts';
import { hasProgram } from '../lab/hosts/lab-unavailable.ts';

const missing = ['apt-get', 'dpkg'].filter((name) => !hasProgram(name));

describe.skipIf(missing.length > 0)(`an index that lacks what a package needs${missing.join(' ')}`, () => {
  const HIDDEN: readonly HostDeb[] = [['hello 1', { Depends: 'libgreet' }, { Depends: '' }], ['libgreet 1']];

  it('is told, and the bundle has what the package says', async () => {
    const lab = debStateLab(HIDDEN);
    const built = await lab.build(['hello']);
    expect(built.code, built.stderr).toBe(0);
    expect(built.stderr).toContain('hello_1_amd64.deb [toy] has other dependencies than its upstream');
    expect(built.stderr).toContain('Depends: only the package says libgreet');
    const done = await aptInstall(lab, '', ['hello']);
    expect(done.installed, done.stdout + done.stderr).toEqual(['hello 1 install ok installed', 'libgreet 1 install ok installed']);
  });
});
