import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDownloader } from '../../../src/cli/bundle/open-downloader.ts';
import type { FetchOptions } from '../../../src/cli/bundle/request-options.ts';
import { commandContext } from '../../lab/cli/call-command.ts';
import { debUpstream } from '../../lab/upstreams/toy-build.ts';
import { mirror, temporaryDir } from '../../support/fetch-lab.ts';
import { serve } from '../../support/strict-server.ts';

const OPTIONS: FetchOptions = { store: 'store', mirrors: 'manifest', ca: [], jobs: '32', timeout: '30' };

async function open(options: Partial<FetchOptions> = {}, env: Readonly<Record<string, string>> = {}) {
  const dir = await temporaryDir();
  return { dir, downloader: await openDownloader({ ...OPTIONS, ...options }, commandContext(dir, { env })) };
}

describe('options', () => {
  it.each<[Partial<FetchOptions>, string]>([
    [{ jobs: '0' }, '--jobs 0: expected a number from 1 to 64'],
    [{ jobs: '65' }, '--jobs 65: '],
    [{ jobs: 'many' }, '--jobs many: '],
    [{ jobs: '1.5' }, '--jobs 1.5: '],
    [{ jobs: '' }, '--jobs : '],
    [{ timeout: '-1' }, '--timeout -1: expected a number from 1 to 3600'],
    [{ timeout: '1e3' }, '--timeout 1e3: '],
    [{ mirrors: 'all' }, '--mirrors all: expected one of auto, manifest'],
  ])('%j is USAGE', async (options, message) => {
    await expect(open(options)).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining(message) });
  });

  it.each<[Partial<FetchOptions>, string]>([
    [{ ca: ['none.pem'] }, 'CONFIG_INVALID'],
    [{ proxy: 'not a proxy' }, 'CONFIG_INVALID'],
    [{ store: import.meta.filename }, 'STORE_UNWRITABLE'],
  ])('%j is %s', async (options, code) => {
    await expect(open(options)).rejects.toMatchObject({ code });
  });
});

it('downloads into the store it was told to use', async () => {
  const server = await mirror();
  server.plan('/file', serve(Buffer.from('hello')));
  const { dir, downloader } = await open({}, { NO_PROXY: 'localhost' });
  const root = await downloader.fetcher.fetchRoot({ urls: [`${server.url}/file`], maxBytes: 100, label: 'x' });
  expect([String(root.bytes), downloader.store.dir]).toEqual(['hello', join(dir, 'store')]);
  downloader.close();
});

it('never touches the network when it is offline', async () => {
  const { downloader } = await open({ offline: true });
  const asked = downloader.fetcher.fetchRoot({ urls: ['http://localhost:1/file'], maxBytes: 100, label: 'x' });
  await expect(asked).rejects.toMatchObject({ code: 'FETCH_OFFLINE' });
});

it('takes the mirrors of the manifest as they are when told to', async () => {
  const { downloader } = await open();
  const { urls } = await downloader.mirrorsOf(
    await debUpstream('http://one.example.test/debian', { urls: ['http://one/x', 'http://two/x'] }),
  );
  expect(urls).toEqual(['http://one/x', 'http://two/x']);
});
