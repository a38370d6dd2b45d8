import { describe, expect, it } from 'vitest';
import { compsPackageNames, parseComps } from '../../../src/rpm/repodata/comps.ts';

describe('comps.xml', () => {
  const xml = `<?xml version="1.0"?><!DOCTYPE comps PUBLIC '-//Red Hat, Inc.//DTD Comps info//EN' 'comps.dtd'><comps>
    <group><id>core</id><name>Core</name><packagelist><packagereq type="mandatory">bash</packagereq><packagereq type="default">dnf</packagereq>
      <packagereq type="optional">extra</packagereq><packagereq type="conditional" requires="bash">bash-de</packagereq>
      <packagereq type="conditional" requires="extra">extra-de</packagereq></packagelist></group>
    <group><id>more</id><packagelist><packagereq>vim</packagereq></packagelist></group>
    <environment><id>minimal-environment</id><grouplist><groupid>core</groupid></grouplist><optionlist><groupid>more</groupid></optionlist></environment>
  </comps>`;

  it('gives the packages a minimal installation starts from', async () => {
    const comps = await parseComps(Buffer.from(xml), { source: 'comps.xml' });
    expect(compsPackageNames(comps, ['minimal-environment'])).toEqual(['bash', 'bash-de', 'dnf']);
    expect(compsPackageNames(comps, ['more', 'core'])).toEqual(['bash', 'bash-de', 'dnf', 'vim']);
    expect(comps.environments.get('minimal-environment')?.optionalGroups).toEqual(['more']);
  });
});
