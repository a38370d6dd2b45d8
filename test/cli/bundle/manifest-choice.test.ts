import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { choiceOfRequest, upstreamsOfLock } from '../../../src/cli/bundle/manifest-choice.ts';
import type { RequestOptions } from '../../../src/cli/bundle/request-options.ts';
import { commandContext } from '../../lab/cli/call-command.ts';
import { toyDownloader } from '../../lab/upstreams/toy-build.ts';
import { LOCK } from '../../lock/toy-lock.ts';
import { temporaryDir } from '../../support/fetch-lab.ts';

const OPTIONS: RequestOptions = {
  distro: 'el9',
  flavor: 'pigsty',
  profile: ['infra'],
  package: [],
  region: 'china',
  manifest: ['a.yaml', '/b.yaml'],
  onlyUpstream: [],
  baseline: ['none'],
  module: [],
};

describe('of a request', () => {
  it('is its target, with overlays from where the person stands', () => {
    expect(choiceOfRequest({ ...OPTIONS, minor: '9.4' }, commandContext('/home/me'))).toEqual({
      target: { distro: 'el9', arch: 'x86_64' },
      flavor: 'pigsty',
      region: 'china',
      minor: '9.4',
      overlays: ['/home/me/a.yaml', '/b.yaml'],
      onlyUpstreams: [],
      namesPackages: false,
    });
  });

  it('lays an overlay that is named twice once, where it is named last', () => {
    const manifest = ['a.yaml', '/b.yaml', './a.yaml'];
    expect(choiceOfRequest({ ...OPTIONS, manifest }, commandContext('/home/me')).overlays).toEqual(['/b.yaml', '/home/me/a.yaml']);
  });

  it('knows every group when packages are named', () => {
    expect(choiceOfRequest({ ...OPTIONS, package: ['htop'], arch: 'aarch64' }, commandContext('/'))).toMatchObject({
      namesPackages: true,
      target: { arch: 'aarch64' },
      minor: null,
    });
  });

  it.each([{ distro: 'el7' }, { arch: 'riscv64' }])('%j is TARGET_UNKNOWN', (wrong) => {
    expect(() => choiceOfRequest({ ...OPTIONS, ...wrong }, commandContext('/'))).toThrow(
      expect.objectContaining({ code: 'TARGET_UNKNOWN' }),
    );
  });
});

describe('of a lock', () => {
  it('is read only when it is asked for', async () => {
    const context = commandContext(await temporaryDir());
    const find = upstreamsOfLock(LOCK, { region: 'default', manifest: ['none.yaml'] }, (await toyDownloader()).downloader, context);
    await expect(find()).rejects.toMatchObject({
      code: 'CONFIG_MISSING',
      message: `cannot read the manifest ${join(context.cwd, 'none.yaml')}`,
    });
  });

  it('is that of its target and flavor, under the overlays', async () => {
    const dir = await temporaryDir();
    writeFileSync(
      join(dir, 'mine.yaml'),
      'schema: 1\nupstreams: [{name: mine, url: "http://host/debian", suite: sid, components: [main]}]\n',
    );
    const { downloader } = await toyDownloader();
    const find = upstreamsOfLock(LOCK, { region: 'default', manifest: ['mine.yaml'] }, downloader, commandContext(dir));
    const upstreams = await find();
    expect(upstreams.at(-1)).toMatchObject({ name: 'mine', family: 'deb', urls: ['http://host/debian'] });
    expect(upstreams.map(({ name }) => name)).toContain('base');
  });
});
