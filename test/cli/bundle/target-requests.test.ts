/** `--distro u24,el9,d12`: what each target is asked for, and what cannot be asked of several. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TargetsOptions } from '../../../src/cli/bundle/request-options.ts';
import { targetRequests } from '../../../src/cli/bundle/target-requests.ts';
import { commandContext } from '../../lab/cli/call-command.ts';
import { temporaryDir } from '../../support/fetch-lab.ts';

const OPTIONS: TargetsOptions = {
  distro: ['u24', 'el9', 'd12'],
  flavor: 'pigsty',
  profile: ['infra'],
  package: [],
  region: 'default',
  manifest: [],
  onlyUpstream: [],
  baseline: ['none'],
  module: [],
};

const request = async (options: Partial<TargetsOptions>) => targetRequests({ ...OPTIONS, ...options }, commandContext('/'));

describe('several distros', () => {
  it('give one request each, in the order they are named, each target once', async () => {
    const targets = (await request({ distro: ['u24', 'el9', 'd12.aarch64', 'el9.amd64'] })).map(({ target }) => target);
    expect(targets).toEqual(['u24.x86_64', 'el9.x86_64', 'd12.aarch64']);
  });

  it('with a CPU are all for that CPU', async () => {
    expect((await request({ arch: 'arm64' })).map(({ target }) => target)).toEqual(['u24.aarch64', 'el9.aarch64', 'd12.aarch64']);
  });

  it('get what fits them: minor release, modules, package files', async () => {
    const requests = await request({
      minor: '9.4',
      module: ['nginx:1.24'],
      package: ['htop', './a.deb', './b.rpm'],
      distro: ['el9', 'el8', 'd12'],
    });
    expect(requests.map(({ options: { minor, module, package: packages } }) => ({ minor, module, packages }))).toEqual([
      { minor: '9.4', module: ['nginx:1.24'], packages: ['htop', './b.rpm'] },
      { minor: undefined, module: ['nginx:1.24'], packages: ['htop', './b.rpm'] },
      { minor: undefined, module: [], packages: ['htop', './a.deb'] },
    ]);
  });

  it.each<[string, Partial<TargetsOptions>, RegExp]>([
    ['a captured host', { baseline: ['minimal', 'host.status'] }, /--baseline host.status was captured on a host of one target/],
    ['the minor release of another distro', { minor: '8.10' }, /--minor 8.10 is of none of the targets/],
    ['module streams for Debian alone', { distro: ['d12', 'd13'], module: ['nginx:1.24'] }, /--module is for EL/],
    ['package files nobody takes', { distro: ['d12', 'd13'], package: ['./x.rpm'] }, /none of the targets takes .\/x.rpm/],
  ])('cannot have %s', async (_, options, message) => {
    await expect(request(options)).rejects.toMatchObject({ code: 'USAGE', message: expect.stringMatching(message) });
  });

  it('with a wrong overlay are refused once, not once each', async () => {
    const dir = await temporaryDir();
    writeFileSync(join(dir, 'bad.yaml'), 'schema: 1\ndisabel: []\n');
    const asked = (file: string) => targetRequests({ ...OPTIONS, manifest: [file] }, commandContext(dir));
    await expect(asked('bad.yaml')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(asked('none.yaml')).rejects.toMatchObject({ code: 'CONFIG_MISSING' });
  });

  it('of which one is unknown are refused', async () => {
    await expect(request({ distro: ['d12', 'el7'] })).rejects.toMatchObject({ code: 'TARGET_UNKNOWN' });
  });
});

it('one distro gets everything as it is, whatever fits it', async () => {
  const options = {
    distro: ['d12'],
    minor: '9.4',
    module: ['a:1'],
    package: ['./x.rpm'],
    baseline: ['host.status'],
    manifest: ['none.yaml'],
  };
  const [only] = await request(options);
  expect(only).toEqual({ target: 'd12.x86_64', options: { ...OPTIONS, ...options, distro: 'd12.x86_64' } });
});
