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

  it.each([
    ['nothing', ''],
    ['other names', '<rpm:provides><rpm:entry name="web"/></rpm:provides>'],
    ['another version of itself', '<rpm:provides><rpm:entry name="app" flags="EQ" epoch="0" ver="0.9" rel="1.el9"/></rpm:provides>'],
  ])('provides itself also where its list has %s', async (_what, format) => {
    const [pkg] = await parse(primaryXml([packageXml({ format })]));
    expect(pkg?.provides.at(-1)).toMatchObject({ name: 'app', flags: 'EQ', epoch: '0', version: '1.0', release: '1.el9' });
  });

  it('provides itself once', async () => {
    const format = '<rpm:provides><rpm:entry name="app" flags="EQ" ver="1.0" rel="1.el9"/></rpm:provides>';
    expect((await parse(primaryXml([packageXml({ format })])))[0]?.provides).toHaveLength(1);
    expect((await parse(primaryXml([packageXml().replace('x86_64</arch>', 'src</arch>')])))[0]?.provides).toEqual([]);
  });

  it('passes over elements that nobody knows, and all that is in them', async () => {
    const extra = '<extra><name>no</name><location href="no"/><rpm:requires><rpm:entry name="no"/></rpm:requires></extra>';
    const [pkg, ...others] = await parse(
      primaryXml(
        [
          `${extra}<package pkgid="${'a'.repeat(64)}"><name>no</name></package>`,
          packageXml({ format: extra, location: `${extra}<location href="a.rpm"/>` }),
        ],
        1,
      ),
    );
    expect([pkg?.name, pkg?.location, pkg?.requires, others]).toEqual(['app', 'a.rpm', [], []]);
  });

  it('takes the last of several lists, absent arch for noarch, absent epoch for 0, digests in capitals', async () => {
    const list = (name: string) => `<rpm:requires><rpm:entry name="${name}"/></rpm:requires>`;
    const parts = {
      format: `${list('a')}${list('b')}<file>usr/bin/app</file>`,
      version: '<version ver="1" rel="2"/>',
      checksum: `<checksum type="SHA256">\n${'A'.repeat(64)} </checksum>`,
    };
    const [pkg] = await parse(primaryXml([packageXml(parts).replace('<arch>x86_64</arch>', '').replace('type="rpm"', 'type="any"')]));
    expect(pkg).toMatchObject({ epoch: '0', arch: 'noarch', requires: [{ name: 'b' }], checksum: { hex: 'a'.repeat(64) } });
    expect(pkg?.files).toEqual([{ path: '/usr/bin/app', type: 'file' }]);
  });
});

/** What is wrong with the records of a document of a sound package and another, and how many packages it gives. */
async function faultsOf(other: string, count = 2) {
  let taken = 0;
  const faults = await scanPrimary(
    Buffer.from(primaryXml([packageXml({ name: '<name>sound</name>' }), other], count)),
    () => {
      taken += 1;
    },
    { source: 'x' },
  );
  return { taken, faults };
}

describe('a package that cannot be used costs itself, and is named', () => {
  it.each([
    ['package number 2 is left out: it has no name', { name: '' }],
    [
      'package ../app-1.0-1.el9.x86_64 is left out: its name, version, release or arch holds what none has',
      { name: '<name>../app</name>' },
    ],
    ['package app--1.el9.x86_64 is left out: it has no version or no release', { version: '<version epoch="0" rel="1.el9"/>' }],
    ['package app-1.0.x86_64 is left out: it has no version or no release', { version: '<version epoch="0" ver="1.0"/>' }],
    ['package app-1-2-3.x86_64 is left out: its version or release holds a hyphen', { version: '<version epoch="0" ver="1-2" rel="3"/>' }],
    [expect.stringContaining('is left out: its epoch is "x"'), { version: '<version epoch="x" ver="1" rel="1"/>' }],
    [expect.stringContaining('is left out: it has no digest that proves anything'), { checksum: '' }],
    [expect.stringContaining('dnf would take one with md5'), { checksum: `<checksum type="md5" pkgid="YES">${'a'.repeat(32)}</checksum>` }],
    [expect.stringContaining('no digest'), { checksum: '<checksum type="sha256" pkgid="YES">abc</checksum>' }],
    [expect.stringContaining('is left out: it has no location'), { location: '' }],
    [expect.stringContaining('its location is "a/%2e%2E/app.rpm": it leaves'), { location: '<location href="a/%2e%2E/app.rpm"/>' }],
    [expect.stringContaining('below "somewhere": xml:base is not'), { location: '<location xml:base="somewhere" href="app.rpm"/>' }],
    [
      expect.stringContaining('is left out: it requires x with flags "GE" and version ":"'),
      { format: '<rpm:requires><rpm:entry name="x" flags="GE"/></rpm:requires>' },
    ],
    [expect.stringContaining('with flags "eq"'), { format: '<rpm:requires><rpm:entry name="x" flags="eq" ver="1"/></rpm:requires>' }],
  ])('%s', async (fault, parts) => {
    expect(await faultsOf(packageXml(parts))).toEqual({ taken: 1, faults: [fault] });
  });
});

describe('what else is odd is told, and costs nothing', () => {
  it.each<[string, string, number?]>([
    ['it announces 3 packages and holds 2', packageXml(), 3],
    ['has a dependency without a name', packageXml({ format: '<rpm:requires><rpm:entry flags="EQ" ver="1"/></rpm:requires>' })],
    [
      'has x in its obsoletes with flags "NE"',
      packageXml({ format: '<rpm:obsoletes><rpm:entry name="x" flags="NE" ver="1"/></rpm:obsoletes>' }),
    ],
    ['has a user or password in its xml:base', packageXml({ location: '<location xml:base="http://u:p@x.example.test/" href="a"/>' })],
    ['vouches for 1 packages with SHA-1 only', packageXml({ checksum: `<checksum type="sha">${'b'.repeat(40)}</checksum>` })],
  ])('%s', async (fault, other, count) => {
    expect(await faultsOf(other, count)).toEqual({ taken: 2, faults: [expect.stringContaining(fault)] });
  });
});

describe('a document of another kind', () => {
  it('holds no package, and that is told', async () => {
    const faults = await scanPrimary(Buffer.from('<filelists packages="0"><package/></filelists>'), () => expect.unreachable(), {
      source: 'x',
    });
    expect(faults).toEqual(['its root is <filelists>, not <metadata>, so it holds no package']);
  });

  it.each([
    ['ends too early', primaryXml([packageXml()]).slice(0, 600)],
    ['is empty', ''],
    ['is a web page', '<!DOCTYPE html><html><body>Please log in<br></body></html>'],
  ])('is refused when it %s', async (_what, xml) => {
    await expect(parse(xml)).rejects.toMatchObject({ code: 'INDEX_INVALID' });
  });
});
