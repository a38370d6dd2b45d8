/** Bundles for hosts in every state an rpm database can be in: what we say is proved, the real dnf installs from the tree alone. */
import { describe, expect, it } from 'vitest';
import { hasProgram } from '../lab/hosts/lab-unavailable.ts';
import { changePrimary, RPM_TOOLS, RpmHost, rpmStateLab } from '../lab/hosts/rpm-host.ts';

const missing = RPM_TOOLS.filter((name) => !hasProgram(name));

describe.skipIf(missing.length > 0)(`an index that lacks what a package needs ${missing.join(' ')}`, () => {
  it('is told, and the bundle has what the package says', async () => {
    const lab = await rpmStateLab([{ name: 'hello', requires: ['libgreet'] }, { name: 'libgreet' }]);
    changePrimary(lab, (xml) => xml.replace(/<rpm:requires>[\s\S]*?<\/rpm:requires>/, ''));
    const built = await lab.build(['hello']);
    expect(built.code, built.stderr).toBe(0);
    expect(built.stderr).toContain('hello-1.0-1.el9.noarch.rpm [toy] has other dependencies than its upstream');
    expect(built.stderr).toContain('Requires: only the package says libgreet');
    const host = await RpmHost.with(lab, []);
    const done = await host.dnf('tree', 'install', 'hello');
    expect(done.installed, done.stdout + done.stderr).toEqual(['hello-1.0-1.el9.noarch', 'libgreet-1.0-1.el9.noarch']);
  });
});
