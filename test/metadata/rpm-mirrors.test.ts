/** Base URLs, mirror lists and metalinks of an RPM upstream. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { assertRootState, rpmMirrors } from '../../src/metadata/rpm-mirrors.ts';
import { lab, mirror } from '../support/fetch-lab.ts';
import { serve, status } from '../support/strict-server.ts';

const metalink = (...urls: readonly string[]) => `<metalink version="3.0" xmlns="http://www.metalinker.org/"><files><file name="repomd.xml">
  <verification><hash type="sha256">${'a'.repeat(64)}</hash></verification>
  <resources>${urls.map((url, at) => `<url protocol="http" preference="${99 - at}">${url}/repodata/repomd.xml</url>`).join('')}</resources>
</file></files></metalink>`;

describe('the mirrors of an upstream', () => {
  it.each(['/mirrorlist?repo=x', '/list?mirrorlist=x', '/mirrorlist', '/mirror-list/x'])('are asked for at %s', async (path) => {
    const server = await mirror();
    server.plan(path, serve(Buffer.from('# comment\nhttp://one/x/\nhttp://two/x\nhttp://one/x\n')));
    const { fetcher } = await lab();
    expect(await rpmMirrors('toy', [`${server.url}${path}`], fetcher)).toEqual({ urls: ['http://one/x', 'http://two/x'], rootStates: [] });
  });

  it('of a metalink come with what repomd.xml may be', async () => {
    const server = await mirror();
    server.plan('/metalink?repo=x', serve(Buffer.from(metalink('http://one', 'http://two'))));
    const { fetcher } = await lab();
    const { urls, rootStates } = await rpmMirrors('toy', [`${server.url}/metalink?repo=x`], fetcher);
    expect(urls).toEqual(['http://one', 'http://two']);
    expect(rootStates[0]?.digests[0]).toEqual({ algorithm: 'sha256', hex: 'a'.repeat(64) });
  });

  it.each(['http://host/mirrorlists/el9', 'http://host/metalinks/el9', 'http://host/el9'])(
    '%s is a base URL: nobody is asked',
    async (url) => {
      const { fetcher } = await lab({ offline: true });
      expect(await rpmMirrors('toy', [`${url}//`], fetcher)).toEqual({ urls: [url], rootStates: [] });
    },
  );

  it.each(['http://mirrorlist.example.test/?repo=os', 'http://host/metalink?repo=os'])(
    '%s is no base URL: it would be asked',
    async (url) => {
      const { fetcher } = await lab({ offline: true });
      await expect(rpmMirrors('toy', [url], fetcher)).rejects.toMatchObject({ code: 'FETCH_OFFLINE' });
    },
  );

  it('are told by name when their list cannot be had', async () => {
    const server = await mirror();
    server.plan('/mirrorlist', status(404));
    const { fetcher } = await lab();
    await expect(rpmMirrors('toy', [`${server.url}/mirrorlist`], fetcher)).rejects.toMatchObject({
      code: 'FETCH_NOT_FOUND',
      message: expect.stringContaining('toy mirror list'),
    });
  });

  it('cannot be none', async () => {
    const server = await mirror();
    server.plan('/mirrorlist', serve(Buffer.from('# nothing here\n')));
    const { fetcher } = await lab();
    await expect(rpmMirrors('toy', [`${server.url}/mirrorlist`], fetcher)).rejects.toMatchObject({ code: 'INDEX_INVALID' });
  });
});

describe('repomd.xml beside a metalink', () => {
  const bytes = Buffer.from('<repomd/>');
  const state = (text: string) => ({
    digests: [{ algorithm: 'sha256' as const, hex: createHash('sha256').update(text).digest('hex') }],
    timestampSec: 0,
    sizeBytes: null,
  });

  it('may be any of its states, and anything when there are none', () => {
    expect(() => assertRootState(bytes, [], 'x')).not.toThrow();
    expect(() => assertRootState(bytes, [state('older'), state('<repomd/>')], 'x')).not.toThrow();
  });

  it('may be nothing else', () => {
    expect(() => assertRootState(bytes, [state('older')], 'http://one/repomd.xml')).toThrow(
      expect.objectContaining({ code: 'INDEX_DIGEST_MISMATCH', message: expect.stringContaining('http://one/repomd.xml is not what') }),
    );
  });
});
