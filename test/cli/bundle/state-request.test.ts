/** From the options to a request, with everything read that they name. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../../src/base/events.ts';
import type { RequestOptions } from '../../../src/cli/bundle/request-options.ts';
import { stateRequest } from '../../../src/cli/bundle/state-request.ts';
import { commandContext } from '../../lab/cli/call-command.ts';
import { toyArchive } from '../../lab/upstreams/toy-archive.ts';
import { toyDownloader } from '../../lab/upstreams/toy-build.ts';
import { temporaryDir } from '../../support/fetch-lab.ts';

const OPTIONS: RequestOptions = {
  distro: 'd12',
  flavor: 'debian',
  profile: ['infra'],
  package: [],
  region: 'default',
  manifest: [],
  onlyUpstream: [],
  baseline: ['none'],
  module: [],
};

async function state(options: Partial<RequestOptions>, files: Readonly<Record<string, string | Buffer>> = {}) {
  const dir = await temporaryDir();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
  const { downloader, store } = await toyDownloader();
  const events: Event[] = [];
  const stated = await stateRequest({ ...OPTIONS, ...options }, downloader, commandContext(dir, {}, events));
  return { store, stated, events };
}

describe('a request', () => {
  it('has manifest, baselines and policy, each word once', async () => {
    const { stated } = await state({
      profile: ['infra', 'node', 'infra'],
      package: ['htop', 'htop'],
      recommends: true,
      ignoreExpiry: true,
    });
    expect(stated).toMatchObject({
      input: {
        profiles: ['infra', 'node'],
        packages: ['htop'],
        pgVersion: null,
        recommends: true,
        baselines: [{ kind: 'none' }],
        manifest: { target: { distro: 'd12', arch: 'x86_64' } },
        manifestSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      local: [],
      policy: { requireSignatures: false, ignoreExpiry: true },
    });
  });

  it('takes packages given as files into the store, and asks for exactly them', async () => {
    const deb = (await toyArchive()).get('pool/hello_1.0_all.deb') ?? '';
    const { stated, store } = await state({ package: ['htop', './hello.deb'] }, { 'hello.deb': deb });
    expect(stated.input.packages).toEqual(['htop', 'hello (= 1.0)']);
    expect(await store.has(stated.local[0]?.sha256 ?? '')).toBe(true);
  });

  it('chooses module streams', async () => {
    const { stated } = await state({ distro: 'el9', flavor: 'pigsty', module: ['nginx:1.24'] });
    expect(stated.input.modules).toEqual(new Map([['nginx', '1.24']]));
  });
});

describe('what overlays and --only-upstream say', () => {
  it('leaves only the upstreams that are named', async () => {
    const { stated } = await state({ onlyUpstream: ['base', 'mongo'] });
    expect(stated.input.manifest.upstreams.map(({ name }) => name)).toEqual(['base', 'mongo']);
  });

  it('without effect is told', async () => {
    const { events } = await state(
      { manifest: ['map.yaml'] },
      { 'map.yaml': 'schema: 1\nmirrors: { "http://nowhere.test/": "http://m.test/" }\n' },
    );
    const message = 'mirrors."http://nowhere.test/" has no effect: no URL of an upstream begins so';
    expect(events).toEqual([{ type: 'warning', code: 'OVERLAY_ODD', message: expect.stringContaining(message) }]);
  });
});

describe('what is refused', () => {
  const everything = 'schema: 1\ndisable: [base, updates, security]\n';
  it.each<[string, Partial<RequestOptions>, string, RegExp]>([
    ['nothing asked for', { profile: [] }, 'USAGE', /nothing is asked for/],
    ['a module without stream', { module: ['nginx'] }, 'USAGE', /--module nginx/],
    ['a major that is none', { pgVersion: 'new' }, 'USAGE', /--pg-version new/],
    ['a distro nobody knows', { distro: 'd99' }, 'TARGET_UNKNOWN', /d99/],
    ['a profile nobody knows', { profile: ['infra', 'infar'] }, 'PROFILE_UNKNOWN', /infar/],
    ['an overlay that is not there', { manifest: ['none.yaml'] }, 'CONFIG_MISSING', /none.yaml/],
    [
      'no upstream left',
      { manifest: ['nothing.yaml'] },
      'CONFIG_INVALID',
      /no upstream is left for d12: "disable" or "only" in nothing.yaml/,
    ],
    ['only upstreams of other distros', { onlyUpstream: ['baseos'] }, 'CONFIG_INVALID', /left for d12: --only-upstream baseos switch/],
    ['a package that is not there', { package: ['./none.deb'] }, 'CONFIG_MISSING', /none.deb/],
    ['a package of the other family', { package: ['./x.rpm'] }, 'USAGE', /d12 takes .deb packages/],
    ['a baseline that is not there', { baseline: ['none.status'] }, 'CONFIG_MISSING', /none.status/],
  ])('%s', async (_, options, code, message) => {
    await expect(state(options, { 'nothing.yaml': everything })).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('is no upstream, unless packages come as files', async () => {
    const deb = (await toyArchive()).get('pool/world_1.0_all.deb') ?? '';
    const files = { 'nothing.yaml': everything, 'world.deb': deb };
    const { stated } = await state({ profile: [], manifest: ['nothing.yaml'], package: ['./world.deb'] }, files);
    expect(stated.input.packages).toEqual(['world (= 1.0)']);
  });

  it('a wrong profile beside packages is told later, together with the wrong ones among them', async () => {
    const { stated } = await state({ profile: ['infar'], package: ['htop'] });
    expect(stated.input.profiles).toEqual(['infar']);
  });
});
