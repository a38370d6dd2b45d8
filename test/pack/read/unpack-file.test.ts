import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openForUnpack, writeWholeFile } from '../../../src/pack/read/unpack-file.ts';
import { scratchDir } from '../../lab/upstreams/bundle-lab.ts';

const file = (path: string) => ({ path, sizeBytes: 6, sha256: 'a'.repeat(64) });

it.each([
  ['pigsty/pigsty-install', 0o755],
  ['pigsty/a_1_all.deb', 0o644],
])('writes %s with mode %o, whatever the umask is', async (name, mode) => {
  const path = join(await scratchDir(), 'x');
  const before = process.umask(0o077);
  try {
    const opened = await openForUnpack(file(name), path);
    await opened.write(Buffer.from('abc'));
    await opened.write(Buffer.from('def'));
    await opened.end();
  } finally {
    process.umask(before);
  }
  expect((await stat(path)).mode & 0o777).toBe(mode);
  expect(await readFile(path, 'utf8')).toBe('abcdef');
});

it('never writes through what stands in its place', async () => {
  const dir = await scratchDir();
  await writeFile(join(dir, 'victim'), 'untouched');
  await symlink('victim', join(dir, 'link'));
  for (const name of ['victim', 'link']) {
    await expect(openForUnpack(file('pigsty/a'), join(dir, name))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(writeWholeFile(join(dir, name), Buffer.from('x'))).rejects.toMatchObject({ code: 'EEXIST' });
  }
  expect(await readFile(join(dir, 'victim'), 'utf8')).toBe('untouched');
});

it('can be let go in the middle', async () => {
  const path = join(await scratchDir(), 'x');
  const opened = await openForUnpack(file('pigsty/a'), path);
  await opened.write(Buffer.from('abc'));
  await expect(opened.abort()).resolves.toBeUndefined();
});
