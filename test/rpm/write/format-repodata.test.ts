import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { RpmDependency, RpmPackage } from '../../../src/rpm/package/rpm-package.ts';
import { parseFilelists } from '../../../src/rpm/repodata/filelists.ts';
import { parsePrimary } from '../../../src/rpm/repodata/primary.ts';
import { parseRepomd } from '../../../src/rpm/repodata/repomd.ts';
import type { PublishedPackage } from '../../../src/rpm/write/format-packages.ts';
import { formatRepodata, type RepodataFile } from '../../../src/rpm/write/format-repodata.ts';
import { packageXml, primaryXml } from '../metadata-xml.ts';

const dependency = (name: string): RpmDependency => ({ name, flags: '', epoch: '', version: '', release: '', pre: false });

async function makePackage(fields: Partial<RpmPackage>): Promise<RpmPackage> {
  const [pkg] = await parsePrimary(Buffer.from(primaryXml([packageXml()])), { source: 'x' });
  if (pkg === undefined) throw new Error('no package');
  const made = { ...pkg, ...fields };
  const { name, epoch, version, release } = made;
  return { ...made, provides: [{ name, flags: 'EQ', epoch, version, release, pre: false }] };
}

const app = (): Promise<RpmPackage> =>
  makePackage({
    name: 'app',
    epoch: '1',
    location: 'app-1.0-1.el9.x86_64.rpm',
    summary: 'Less < more & "quotes"',
    description: 'line\r\nwith\u0007bell and \ud800 half a character',
    requires: [dependency('/usr/libexec/tool'), dependency('(/usr/share/x or (/usr/share/y if z))')],
  });

async function repository(): Promise<PublishedPackage[]> {
  const tool = await makePackage({ name: 'tool', location: 'tool.rpm', checksum: { algorithm: 'sha512', hex: 'f'.repeat(128) } });
  const files = ['/usr/libexec/tool', '/usr/share/x', '/usr/share/unwanted', '/usr/bin/tool'].map((path) => ({
    path,
    type: 'file' as const,
  }));
  return [
    { pkg: tool, files },
    { pkg: await app(), files: null },
  ];
}

const content = (files: readonly RepodataFile[], type: string): string => {
  const file = files.find(({ path }) => path.includes(type));
  return gunzipSync(file?.bytes ?? Buffer.alloc(0)).toString();
};

describe('repository metadata', () => {
  it('gives the same bytes for the same packages in any order', async () => {
    const packages = await repository();
    expect(formatRepodata([...packages].reverse(), { snapshotSec: 5 })).toEqual(formatRepodata(packages, { snapshotSec: 5 }));
  });

  it('puts the paths that others require into primary, and all paths into filelists', async () => {
    const files = formatRepodata(await repository(), { snapshotSec: 5 });
    const read = await parsePrimary(Buffer.from(content(files, '-primary')), { source: 'x' });
    expect(read.find((pkg) => pkg.name === 'tool')?.files.map((file) => file.path)).toEqual([
      '/usr/libexec/tool',
      '/usr/share/x',
      '/usr/bin/tool',
    ]);
    const listed = await parseFilelists(Buffer.from(content(files, '-filelists')), () => true, { source: 'x' });
    expect(listed.get('f'.repeat(128))).toHaveLength(4);
  });

  it('reads back as it was written, without what XML cannot hold', async () => {
    const files = formatRepodata(await repository(), { snapshotSec: 5 });
    const read = (await parsePrimary(Buffer.from(content(files, '-primary')), { source: 'x' })).find((pkg) => pkg.name === 'app');
    expect(read).toEqual({ ...(await app()), description: 'line\r\nwithbell and \ufffd half a character' });
  });

  it('names every file in repomd.xml, which comes last', async () => {
    const files = formatRepodata(await repository(), { snapshotSec: 1_700_000_000 });
    expect(files.at(-1)?.path).toBe('repodata/repomd.xml');
    const repomd = await parseRepomd(files.at(-1)?.bytes ?? [], { source: 'x' });
    expect(repomd.records.map(({ type }) => type)).toEqual(['primary', 'filelists', 'other']);
    expect(repomd.records.map(({ location }) => location)).toEqual(files.slice(0, -1).map(({ path }) => path));
    expect([repomd.revision, repomd.timestampSec]).toEqual(['1700000000', 1_700_000_000]);
  });

  it('is sound when empty', async () => {
    const files = formatRepodata([], { snapshotSec: 0 });
    expect(await parsePrimary(Buffer.from(content(files, '-primary')), { source: 'x' })).toEqual([]);
  });
});
