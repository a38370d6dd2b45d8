import { describe, expect, it } from 'vitest';
import type { RpmPackage } from '../../../src/rpm/package/rpm-package.ts';
import { parsePrimary, scanPrimary } from '../../../src/rpm/repodata/primary.ts';
import { packageXml, primaryXml } from '../metadata-xml.ts';

const parse = (xml: string): Promise<RpmPackage[]> => parsePrimary(Buffer.from(xml), { source: 'test primary.xml' });

describe('a sound document', () => {
  it('gives every field of a package', async () => {
    const format = [
      '<rpm:vendor>V</rpm:vendor><rpm:group>G</rpm:group><rpm:buildhost>b.example.test</rpm:buildhost><rpm:sourcerpm>app-1.0.src.rpm</rpm:sourcerpm>',
      '<rpm:provides><rpm:entry name="app" flags="EQ" epoch="0" ver="1.0" rel="1.el9"/><rpm:entry name="libapp.so()(64bit)"/></rpm:provides>',
      '<rpm:requires><rpm:entry name="/bin/sh" pre="1"/><rpm:entry name="(a if b)"/><rpm:entry name="x" flags="GE" ver="2"/></rpm:requires>',
      '<file>/usr/bin/app</file><file type="dir">/etc/app</file><file type="ghost">/etc/app/ghost</file>',
    ];
    const [pkg] = await parse(primaryXml([packageXml({ format: format.join('') })]));
    const none = { flags: '', epoch: '', version: '', release: '', pre: false };
    expect(pkg).toEqual({
      ...{ name: 'app', arch: 'x86_64', epoch: '0', version: '1.0', release: '1.el9', location: 'Packages/a/app-1.0-1.el9.x86_64.rpm' },
      ...{ checksum: { algorithm: 'sha256', hex: 'a'.repeat(64) }, locationBase: '', summary: 'An app', description: 'Long & wide' },
      ...{ url: 'https://example.test/', packager: '', vendor: 'V', license: 'MIT', group: 'G', buildhost: 'b.example.test' },
      ...{
        sourceRpm: 'app-1.0.src.rpm',
        timeFile: 1_700_000_001,
        timeBuild: 1_700_000_000,
        sizePackage: 10,
        sizeInstalled: 20,
        sizeArchive: 30,
      },
      ...{ headerStart: 4504, headerEnd: 5581, conflicts: [], obsoletes: [], suggests: [], enhances: [], recommends: [], supplements: [] },
      provides: [
        { name: 'app', flags: 'EQ', epoch: '0', version: '1.0', release: '1.el9', pre: false },
        { ...none, name: 'libapp.so()(64bit)' },
      ],
      requires: [
        { ...none, name: '/bin/sh', pre: true },
        { ...none, name: '(a if b)' },
        { ...none, name: 'x', flags: 'GE', version: '2' },
      ],
      files: [
        { path: '/usr/bin/app', type: 'file' },
        { path: '/etc/app', type: 'dir' },
        { path: '/etc/app/ghost', type: 'ghost' },
      ],
    });
  });

  it('reads the same from chunks cut anywhere', async () => {
    const xml = Buffer.from(primaryXml([packageXml({ name: '<name>äpp</name>' }), packageXml()]));
    const whole = await parsePrimary(xml, { source: 'x' });
    async function* bytes(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < xml.length; at += 1) yield xml.subarray(at, at + 1);
    }
    expect(await parsePrimary(bytes(), { source: 'x' })).toEqual(whole);
  });

  it('hands over one package after the other without what only describes them', async () => {
    const format = '<rpm:vendor>V</rpm:vendor><rpm:sourcerpm>app-1.0.src.rpm</rpm:sourcerpm><file>/usr/bin/app</file>';
    const xml = primaryXml([packageXml({ format })]);
    const [full] = await parse(xml);
    const taken: RpmPackage[] = [];
    await scanPrimary(Buffer.from(xml), (pkg) => taken.push(pkg), { source: 'x' });
    const [brief] = taken;
    expect(brief).toEqual({ ...full, ...{ summary: '', description: '', url: '', vendor: '', license: '', sourceRpm: '' } });
    expect(brief?.files).toHaveLength(1);
  });

  it('shares equal capabilities', async () => {
    const format = '<rpm:requires><rpm:entry name="libc.so.6(GLIBC_2.34)(64bit)"/></rpm:requires>';
    const [a, b] = await parse(primaryXml([packageXml({ format }), packageXml({ format })]));
    expect(a?.requires[0]).toBe(b?.requires[0]);
  });

  it('takes sha for SHA-1, and keeps xml:base', async () => {
    const checksum = `<checksum type="sha" pkgid="YES">${'b'.repeat(40)}</checksum>`;
    const location = '<location xml:base="https://cdn.example.test/el9/" href="./app.rpm"/>';
    const [pkg] = await parse(primaryXml([packageXml({ checksum, location })]));
    expect(pkg?.checksum.algorithm).toBe('sha1');
    expect([pkg?.locationBase, pkg?.location]).toEqual(['https://cdn.example.test/el9/', 'app.rpm']);
  });

  it('passes over what is no rpm', async () => {
    expect(await parse(primaryXml(['<package type="deb"><name>x</name></package>'], 0))).toEqual([]);
  });
});

describe('a package that lacks something is refused by name', () => {
  it.each([
    ['no name', { name: '' }],
    ['a name with a slash', { name: '<name>../app</name>' }],
    ['no version', { version: '<version epoch="0" rel="1"/>' }],
    ['no release', { version: '<version epoch="0" ver="1"/>' }],
    ['an epoch that is no number', { version: '<version epoch="x" ver="1" rel="1"/>' }],
    ['no checksum', { checksum: '' }],
    ['an md5 checksum', { checksum: `<checksum type="md5" pkgid="YES">${'a'.repeat(32)}</checksum>` }],
    ['a checksum of the wrong length', { checksum: '<checksum type="sha256" pkgid="YES">abc</checksum>' }],
    ['no location', { location: '' }],
    ['a location above the upstream', { location: '<location href="../../etc/app.rpm"/>' }],
    ['a location above the upstream in disguise', { location: '<location href="a/%2e%2E/%2E./app.rpm"/>' }],
    ['an absolute location', { location: '<location href="/etc/app.rpm"/>' }],
    ['a URL as location', { location: '<location href="https://evil.example.test/app.rpm"/>' }],
    ['a location with a newline', { location: '<location href="a&#10;b.rpm"/>' }],
    ['an xml:base that is no URL', { location: '<location xml:base="somewhere" href="app.rpm"/>' }],
    ['an xml:base of another scheme', { location: '<location xml:base="javascript:alert(1)" href="app.rpm"/>' }],
    ['a dependency with flags but no version', { format: '<rpm:requires><rpm:entry name="x" flags="GE"/></rpm:requires>' }],
    ['a dependency with unknown flags', { format: '<rpm:requires><rpm:entry name="x" flags="NE" ver="1"/></rpm:requires>' }],
    ['a dependency without a name', { format: '<rpm:requires><rpm:entry flags="EQ" ver="1"/></rpm:requires>' }],
  ])('%s', async (_what, parts) => {
    await expect(parse(primaryXml([packageXml(parts)]))).rejects.toMatchObject({
      code: 'INDEX_INVALID',
      message: expect.stringMatching(/test primary\.xml: package /),
    });
  });

  it('and several faults are told at once', async () => {
    const xml = primaryXml([packageXml({ location: '<location href="/a"/>' }), packageXml({ checksum: '' })]);
    await expect(parse(xml)).rejects.toMatchObject({ details: { faultCount: 2 } });
  });
});

describe('a document that is not what it says', () => {
  it.each([
    ['announces more packages than it has', primaryXml([packageXml()], 2)],
    ['announces fewer packages than it has', primaryXml([packageXml(), packageXml()], 1)],
    ['announces none', primaryXml([packageXml()]).replace(' packages="1"', '')],
    ['is of another kind', '<filelists packages="0"></filelists>'],
    ['ends too early', primaryXml([packageXml()]).slice(0, 600)],
    ['is empty', ''],
    ['is a web page', '<!DOCTYPE html><html><body>Please log in<br></body></html>'],
  ])('%s', async (_what, xml) => {
    await expect(parse(xml)).rejects.toMatchObject({ code: 'INDEX_INVALID' });
  });
});
