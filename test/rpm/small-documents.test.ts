import { describe, expect, it } from 'vitest';
import { compsPackageNames, parseComps } from '../../src/rpm/repodata/comps.ts';
import { parseFilelists } from '../../src/rpm/repodata/filelists.ts';
import { parseMetalink } from '../../src/rpm/repodata/metalink.ts';
import { parseMirrorlist } from '../../src/rpm/repodata/mirrorlist.ts';

describe('filelists.xml', () => {
  const xml = (count: number): Buffer =>
    Buffer.from(`<filelists packages="${count}"><package pkgid="${'a'.repeat(64)}" name="a" arch="noarch"><version epoch="0" ver="1" rel="1"/>
      <file>/usr/libexec/a</file><file type="dir">/usr/share/a</file></package>
      <package pkgid="${'b'.repeat(64)}" name="b" arch="noarch"><version epoch="0" ver="1" rel="1"/><file>/x</file></package></filelists>`);

  it('keeps only what is wanted', async () => {
    const found = await parseFilelists(xml(2), (path) => path === '/usr/share/a', { source: 'f' });
    expect(found).toEqual(new Map([['a'.repeat(64), [{ path: '/usr/share/a', type: 'dir' }]]]));
  });

  it('refuses a wrong number of packages', async () => {
    await expect(parseFilelists(xml(3), () => true, { source: 'f' })).rejects.toMatchObject({ code: 'INDEX_INVALID' });
  });
});

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

describe('mirror lists', () => {
  it('gives the usable URLs once each, with a slash at the end', () => {
    const text =
      '# a comment\nhttp://a.example.test/el9\n\nftp://b.example.test/el9/\r\nhttps://c.example.test/el9/\nhttp://a.example.test/el9/\n';
    expect(parseMirrorlist(text, { source: 'm' })).toEqual(['http://a.example.test/el9/', 'https://c.example.test/el9/']);
  });

  it.each(['', '<html>Bad Request</html>', 'Bad release'])('refuses %j', (text) => {
    expect(() => parseMirrorlist(text, { source: 'm' })).toThrow(expect.objectContaining({ code: 'INDEX_INVALID' }));
  });
});

describe('metalinks', () => {
  const hash = (type: string, hex: string): string => `<hash type="${type}">${hex}</hash>`;
  const xml = (hashes: string, urls: string): Buffer =>
    Buffer.from(`<?xml version="1.0"?><metalink version="3.0" xmlns:mm0="http://fedorahosted.org/mirrormanager"><files><file name="repomd.xml">
      <mm0:timestamp>1700000000</mm0:timestamp><size>3000</size><verification>${hash('md5', 'a'.repeat(32))}${hashes}</verification>
      <mm0:alternates><mm0:alternate><mm0:timestamp>1600000000</mm0:timestamp><size>2000</size>
      <verification>${hash('sha256', 'e'.repeat(64))}</verification></mm0:alternate></mm0:alternates>
      <resources maxconnections="1">${urls}</resources></file></files></metalink>`);
  const url = (base: string, preference: number): string =>
    `<url protocol="${base.split(':')[0]}" type="x" preference="${preference}">${base}/repodata/repomd.xml</url>`;

  it('gives digests strongest first, older states, and mirrors by preference', async () => {
    const hashes = hash('sha256', 'b'.repeat(64)) + hash('sha512', 'c'.repeat(128));
    const urls = url('http://far.example.test/el9', 10) + url('https://near.example.test/el9', 100) + url('rsync://r.example.test/el9', 99);
    expect(await parseMetalink(xml(hashes, urls), { source: 'm' })).toEqual({
      baseUrls: ['https://near.example.test/el9/', 'http://far.example.test/el9/'],
      files: [
        {
          sizeBytes: 3000,
          timestampSec: 1_700_000_000,
          digests: [
            { algorithm: 'sha512', hex: 'c'.repeat(128) },
            { algorithm: 'sha256', hex: 'b'.repeat(64) },
          ],
        },
        { sizeBytes: 2000, timestampSec: 1_600_000_000, digests: [{ algorithm: 'sha256', hex: 'e'.repeat(64) }] },
      ],
    });
  });

  it('refuses one without a usable mirror', async () => {
    await expect(parseMetalink(xml('', url('rsync://r.example.test/el9', 1)), { source: 'm' })).rejects.toMatchObject({
      code: 'INDEX_INVALID',
    });
  });
});
