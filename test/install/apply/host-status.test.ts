import { describe, expect, it } from 'vitest';
import { hostStatus } from '../../../src/install/apply/host-status.ts';
import { INSTALLED_PATH, type InstalledState } from '../../../src/install/state/installed-state.ts';
import { FakeHost, on } from '../../support/fake-host.ts';

const INSTALLED: InstalledState = {
  schema: 1,
  bundleId: 'b',
  version: 'v1',
  program: '/www/mypkg/pigsty-install',
  services: ['web', 'quiet'],
  components: [{ name: 'web', version: '1.2', packages: ['web'] }],
  units: [{ service: 'web', unit: 'web.service', active: true }],
  ports: [{ service: 'web', protocol: 'tcp', port: 80 }],
  urls: [{ name: 'web', url: 'http://i.pigsty/' }],
  secrets: [],
  probes: [{ id: 'web', component: 'web', kind: 'tcp', host: '127.0.0.1', port: 80 }],
};

function ask(active: string, ok: boolean) {
  const answer = [{ id: 'web', component: 'web', ok, detail: 'refused', durationMs: 1 }];
  const host = new FakeHost(
    on('exec head -c', ({ argv }, there) => there.text(argv[4] ?? '') ?? { code: 44 }),
    on('systemctl show', `Id=web.service\nLoadState=loaded\nActiveState=${active}\nSubState=x\nUnitFileState=enabled\n`),
    on('/www/mypkg/pigsty-install probe --once', JSON.stringify(answer)),
  );
  host.put(INSTALLED_PATH, JSON.stringify(INSTALLED));
  return hostStatus({ host, isLocal: false });
}

describe('the status of a host', () => {
  it('is null where nothing is installed', async () => {
    expect(await hostStatus({ host: new FakeHost(on('exec head -c', { code: 44 })), isLocal: false })).toBeNull();
  });

  it('tells of every component how it does', async () => {
    const status = await ask('active', true);
    expect(status?.components).toEqual([
      { name: 'web', version: '1.2', units: 'web.service active', ports: '80/tcp', url: 'http://i.pigsty/', answers: 'web: ok', ok: true },
      { name: 'quiet', version: '', units: '', ports: '', url: '', answers: '', ok: true },
    ]);
  });

  it.each([
    ['a unit that does not run', 'failed', true, { units: 'web.service failed' }],
    ['a probe that failed', 'active', false, { answers: 'web: refused' }],
  ])('is not well with %s', async (_, active, ok, expected) => {
    expect((await ask(active, ok))?.components[0]).toMatchObject({ ...expected, ok: false });
  });
});
