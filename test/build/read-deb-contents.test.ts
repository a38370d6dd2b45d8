/** What is known of the .debs of a lock from themselves. */
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fetchPackages } from '../../src/build/fetch-packages.ts';
import { readDebContents } from '../../src/build/read-deb-contents.ts';
import type { Lock } from '../../src/lock/lock.ts';
import { debBuild, type ToyBuild, withPackage } from '../lab/upstreams/toy-build.ts';

async function fetched() {
  const build = await debBuild();
  const files = await fetchPackages(build.lock, build.findUpstreams, build.downloader, build.context);
  return { build, files };
}

const read = (lock: Lock, files: ReadonlyMap<string, string>, { store, context }: ToyBuild) => readDebContents(lock, files, store, context);

it('is the stanza of the package and the digests of its files', async () => {
  const { build, files } = await fetched();
  const contents = await read(build.lock, files, build);
  const hello = contents.get(build.lock.packages.find(({ name }) => name === 'hello')?.sha256 ?? '');
  expect(hello?.stanza).toMatch(/^Package: hello\nVersion: 1.0\n[\s\S]*Depends: libgreet \(>= 1\)/);
  expect([...(hello?.md5sums.keys() ?? [])]).toEqual(['/usr/share/doc/hello/toy']);
  expect(contents.size).toBe(3);
});

it('is kept: a second time the packages are not opened', async () => {
  const { build, files } = await fetched();
  const first = await read(build.lock, files, build);
  for (const path of files.values()) writeFileSync(path, 'not looked at');
  expect(await read(build.lock, files, build)).toEqual(first);
});

describe('a package that is not what the lock says', () => {
  it.each<[string, object]>([
    ['another name', { name: 'hell' }],
    ['another version', { version: '2.0' }],
    ['another architecture', { arch: 'amd64' }],
  ])('%s: PACKAGE_INVALID, whether it was read before or not', async (_, change) => {
    const { build, files } = await fetched();
    const other = withPackage(build.lock, 'hello', change);
    for (const lock of [other, build.lock, other]) {
      if (lock === build.lock) await read(lock, files, build);
      else {
        await expect(read(lock, files, build)).rejects.toMatchObject({
          code: 'PACKAGE_INVALID',
          message: expect.stringMatching(/^hello_1.0_all.deb \[toy\] says it is hello 1.0 all, its upstream's index says /),
          hint: expect.stringContaining('exclude it'),
        });
      }
    }
  });

  it('all of them are in one error', async () => {
    const { build, files } = await fetched();
    const lock = withPackage(withPackage(build.lock, 'hello', { version: '2' }), 'world', { version: '3' });
    await expect(read(lock, files, build)).rejects.toMatchObject({
      code: 'PACKAGE_INVALID',
      message: expect.stringMatching(/^2 packages cannot be used:\n {2}hello_.*\n {2}world_/),
    });
  });

  it('damaged: PACKAGE_INVALID', async () => {
    const { build, files } = await fetched();
    for (const path of files.values()) writeFileSync(path, Buffer.alloc(200));
    await expect(read(build.lock, files, build)).rejects.toMatchObject({ code: 'PACKAGE_INVALID' });
  });
});
