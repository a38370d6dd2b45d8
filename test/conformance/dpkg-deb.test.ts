/** Our reading of .deb files and of file conflicts against dpkg itself. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { DebBytes, DecompressMember } from '../../src/deb/package/deb-archive.ts';
import { readDebArchive } from '../../src/deb/package/deb-archive.ts';
import { findDebFileConflicts } from '../../src/deb/package/file-conflicts.ts';
import { parseRelations } from '../../src/deb/package/relations.ts';
import { scratchDir } from '../lab/upstreams/bundle-lab.ts';
import type { ToyDeb } from '../lab/upstreams/toy-debs.ts';
import { buildDeb } from '../lab/upstreams/toy-debs.ts';

const conform = it.skipIf(!existsSync('/usr/bin/dpkg-deb') && process.env.CI !== 'true');

const decompress: DecompressMember = async (bytes, compression, maxBytes) => {
  if (compression === 'gz') return gunzipSync(bytes, { maxOutputLength: maxBytes });
  if (compression === 'zst') return zstdDecompressSync(bytes, { maxOutputLength: maxBytes });
  return compression === 'none' ? bytes : execFileSync('xz', ['-dc'], { input: bytes, maxBuffer: maxBytes });
};

async function inMemory(path: string): Promise<DebBytes> {
  const bytes = await readFile(path);
  return { name: path, sizeBytes: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
}

conform.each(['xz', 'gzip', 'zstd', 'none'] as const)('reads control data compressed with %s as dpkg-deb does', async (compression) => {
  const dir = await scratchDir();
  const files = { 'usr/bin/tool': '#!/bin/sh\n', 'etc/tool.conf': 'x=1\n' };
  const preinst = '#!/bin/sh\ndpkg-divert --package toy --add --rename \\\n  --divert /usr/bin/other.real /usr/bin/other\n';
  const deb = buildDeb(dir, { name: 'toy', version: '1:1.0-1', files, preinst, conffiles: ['/etc/tool.conf'], compression });
  const archive = await readDebArchive(await inMemory(deb.filePath), decompress);
  expect(archive.stanza).toBe(execFileSync('dpkg-deb', ['-f', deb.filePath], { encoding: 'utf8' }));
  expect([...archive.md5sums.keys()].sort()).toEqual(['/etc/tool.conf', '/usr/bin/tool']);
  expect(archive).toMatchObject({ hasMd5sums: true, conffiles: ['/etc/tool.conf'], diversions: ['/usr/bin/other'] });
});

conform('refuses damage with the name of the file', async () => {
  const dir = await scratchDir();
  const { filePath } = buildDeb(dir, { name: 'toy', version: '1' });
  const whole = await readFile(filePath);
  for (const bytes of [whole.subarray(0, 70), whole.subarray(8), Buffer.alloc(100), whole.subarray(0, 200), Buffer.alloc(0)]) {
    const broken = join(dir, 'broken.deb');
    await writeFile(broken, bytes);
    await expect(readDebArchive(await inMemory(broken), decompress)).rejects.toMatchObject({
      code: 'PACKAGE_INVALID',
      message: expect.stringContaining(broken),
    });
  }
});

conform('reads real packages of the archive through positioned reads', async ({ skip }) => {
  const dir = await scratchDir();
  const wanted = ['base-files', 'bash', 'dpkg', 'libc-bin', 'tzdata', 'perl-base'];
  const fetched = spawnSync('apt-get', ['download', '-qq', ...wanted], { cwd: dir, encoding: 'utf8' });
  skip(fetched.status !== 0 && process.env.CI !== 'true', `the archive cannot be reached: ${fetched.stderr}`);
  const names = (await readdir(dir)).filter((name) => name.endsWith('.deb'));
  expect(names, fetched.stderr).toHaveLength(wanted.length);
  for (const name of names) {
    const handle = await open(join(dir, name));
    const { size } = await handle.stat();
    const read: DebBytes['read'] = async (offset, length) => (await handle.read(Buffer.alloc(length), 0, length, offset)).buffer;
    const archive = await readDebArchive({ name, sizeBytes: size, read }, decompress);
    await handle.close();
    const theirs = execFileSync('dpkg-deb', ['-f', join(dir, name), 'Package', 'Version'], { encoding: 'utf8' });
    expect(theirs).toBe(`Package: ${archive.fields.get('package')}\nVersion: ${archive.fields.get('version')}\n`);
  }
});

/** The two packages of each case are installed one after the other into a root of their own by the real dpkg. */
conform.each<[string, ToyDeb, ToyDeb]>([
  [
    'the same path',
    { name: 'aa', version: '1', files: { 'usr/share/x': '1' } },
    { name: 'bb', version: '1', files: { 'usr/share/x': '2' } },
  ],
  [
    'different paths',
    { name: 'aa', version: '1', files: { 'usr/share/x': '1' } },
    { name: 'bb', version: '1', files: { 'usr/share/y': '2' } },
  ],
  [
    'the same path with the same content',
    { name: 'aa', version: '1', files: { 'usr/share/x': '1' } },
    { name: 'bb', version: '1', files: { 'usr/share/x': '1' } },
  ],
  [
    'a Replaces that holds',
    { name: 'aa', version: '1', files: { 'usr/share/x': '1' } },
    { name: 'bb', version: '1', files: { 'usr/share/x': '2' }, control: 'Replaces: aa (<< 2)\n' },
  ],
  [
    'a Replaces of another version',
    { name: 'aa', version: '3', files: { 'usr/share/x': '1' } },
    { name: 'bb', version: '1', files: { 'usr/share/x': '2' }, control: 'Replaces: aa (<< 2)\n' },
  ],
  [
    'a Replaces by the first one',
    { name: 'aa', version: '1', files: { 'usr/share/x': '1' }, control: 'Replaces: bb\n' },
    { name: 'bb', version: '1', files: { 'usr/share/x': '2' } },
  ],
  [
    'a Replaces of a virtual name',
    { name: 'aa', version: '1', files: { 'usr/share/x': '1' }, control: 'Provides: v\n' },
    { name: 'bb', version: '1', files: { 'usr/share/x': '2' }, control: 'Replaces: v\n' },
  ],
])('agrees with dpkg about %s', async (_what, first, second) => {
  const dir = await scratchDir();
  const built = [buildDeb(dir, first), buildDeb(dir, second)];
  const root = join(dir, 'root');
  await mkdir(join(root, 'var/lib/dpkg/updates'), { recursive: true });
  await mkdir(join(root, 'var/lib/dpkg/info'), { recursive: true });
  await writeFile(join(root, 'var/lib/dpkg/status'), '');
  const flags = ['--root', root, '--force-not-root', '--force-script-chrootless', '--force-bad-path', '--unpack'];
  const [one, two] = built.map((deb) => spawnSync('dpkg', [...flags, deb.filePath], { encoding: 'utf8' }));
  expect(one?.status, one?.stderr).toBe(0);
  const packages = await Promise.all(
    built.map(async ({ filePath, locked }) => {
      const archive = await readDebArchive(await inMemory(filePath), decompress);
      const relations = (field: string) => parseRelations(archive.fields.get(field) ?? '', field).flat();
      return {
        name: locked.name,
        version: locked.version,
        arch: locked.arch,
        isMultiArchSame: false,
        files: archive.md5sums,
        replaces: relations('replaces'),
        conflicts: relations('conflicts'),
        diversions: archive.diversions,
      };
    }),
  );
  expect(findDebFileConflicts(packages).length > 0).toBe(two?.status !== 0);
});
