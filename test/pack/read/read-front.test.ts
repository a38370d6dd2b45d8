import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/base/errors.ts';
import { readFront, readInstaller } from '../../../src/pack/read/read-front.ts';
import { honestEntries, scratchDir, writeRaw, writeToy } from '../../lab/upstreams/bundle-lab.ts';
import { noise } from '../../lab/upstreams/toy-bundle.ts';

const accept = async (): Promise<void> => undefined;
const COMPRESSIBLE = Buffer.from('pigsty-install '.repeat(250_000));

/** Deflated, stored, and first one then the other; shorter and longer than a run of 1 MiB. */
const INSTALLERS: [string, Buffer][] = [
  ['deflated, several runs', COMPRESSIBLE],
  ['deflated, one run', COMPRESSIBLE.subarray(0, 1000)],
  ['stored', noise(200_000, 7)],
  ['stored, then deflated', Buffer.concat([noise(1024 * 1024, 7), COMPRESSIBLE])],
  ['deflated, then stored', Buffer.concat([COMPRESSIBLE.subarray(0, 1024 * 1024), noise(100_000, 7)])],
  ['empty', Buffer.alloc(0)],
];

async function bundle(installer?: Buffer): Promise<string> {
  return (await writeToy(await scratchDir(), installer === undefined ? {} : { installer })).path;
}

describe.each(INSTALLERS)('with an installer that is %s', (_, installer) => {
  it('everything else before the first package is read, and the installer when it is asked for', async () => {
    const path = await bundle(installer);
    const front = await readFront(path, accept);
    expect([...front.files.keys()]).toEqual([
      'pigsty.sources',
      'pigsty/bundle.lock',
      'pigsty/Packages',
      'pigsty/Release',
      'pigsty/assets/dashboards/node.json',
      'pigsty/assets/empty.txt',
    ]);
    expect(front.files.get('pigsty/Release')?.toString()).toBe('Origin: pigsty\n');
    if (front.installer === null) throw new Error('no installer');
    expect(installer.equals(await readInstaller(path, front.installer))).toBe(true);
  });

  it('it is read from its place: nothing before it is looked at again', async () => {
    const path = await bundle(installer);
    const { installer: place } = await readFront(path, accept);
    if (place === null) throw new Error('no installer');
    const bytes = await readFile(path);
    expect(place.place.packedBytes).toBeGreaterThan(500);
    await writeFile(path, bytes.fill(0xaa, 0, place.place.packedBytes));
    expect(installer.equals(await readInstaller(path, place))).toBe(true);
  });
});

describe('the installer', () => {
  it('is not inflated on the way: damage in it is only seen when it is read', async () => {
    const path = await bundle(COMPRESSIBLE);
    const { installer: place } = await readFront(path, accept);
    if (place === null) throw new Error('no installer');
    const bytes = await readFile(path);
    bytes[place.place.packedBytes + 20] = (bytes[place.place.packedBytes + 20] ?? 0) ^ 0xff;
    await writeFile(path, bytes);
    const again = await readFront(path, accept);
    expect(again.files.size).toBe(6);
    await expect(readInstaller(path, place)).rejects.toBeInstanceOf(AppError);
  });

  it('that is stored and damaged is told by its digest', async () => {
    const path = await bundle();
    const { installer: place } = await readFront(path, accept);
    if (place === null) throw new Error('no installer');
    const bytes = await readFile(path);
    bytes[place.place.packedBytes + 100] = (bytes[place.place.packedBytes + 100] ?? 0) ^ 1;
    await writeFile(path, bytes);
    await expect(readInstaller(path, place)).rejects.toMatchObject({ code: 'BUNDLE_DIGEST_MISMATCH' });
  });
});

describe('reading the front', () => {
  it('reads nothing of a bundle whose head is refused', async () => {
    const path = await bundle(COMPRESSIBLE);
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, 4000));
    await expect(readFront(path, () => Promise.reject(new AppError('BUNDLE_TOO_NEW', 'x')))).rejects.toMatchObject({
      code: 'BUNDLE_TOO_NEW',
    });
  });

  it('does not read packages: a bundle that ends after its front will do', async () => {
    const path = await bundle();
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, bytes.length - 3_000_000));
    expect((await readFront(path, accept)).files.size).toBe(6);
  });

  it.each([0.2, 0.5, 0.9])('says of one that ends in its front, after %d of it, that it is too short', async (part) => {
    const path = await bundle(noise(2_000_000, 3));
    await writeFile(path, (await readFile(path)).subarray(0, 2_000_000 * part));
    await expect(readFront(path, accept)).rejects.toMatchObject({ code: 'BUNDLE_TRUNCATED' });
  });

  it('says of a file that is not what the index promises that it is damaged', async () => {
    const path = await bundle();
    const bytes = await readFile(path);
    // Too short to be deflated: it lies there as it is.
    const at = bytes.indexOf('Origin: pigsty');
    expect(at).toBeGreaterThan(0);
    bytes[at] = 0x4f ^ 0x20;
    await writeFile(path, bytes);
    await expect(readFront(path, accept)).rejects.toMatchObject({
      code: 'BUNDLE_DIGEST_MISMATCH',
      message: expect.stringContaining('pigsty/Release'),
    });
  });

  it('refuses a file that should not be there', async () => {
    const { entries } = honestEntries();
    const evil = [...entries.slice(0, 2), { path: '../etc/passwd', bytes: Buffer.from('x') }, ...entries.slice(2)];
    await expect(readFront(await writeRaw(await scratchDir(), evil), accept)).rejects.toMatchObject({
      code: expect.stringMatching(/^BUNDLE_(UNSAFE_ENTRY|INVALID)$/),
    });
  });

  it('of no file says that it is missing', async () => {
    await expect(readFront(join(await scratchDir(), 'none.tgz'), accept)).rejects.toMatchObject({ code: 'BUNDLE_MISSING' });
  });

  it('stops when it is interrupted', async () => {
    const stopped = AbortSignal.abort(new AppError('INTERRUPTED', 'interrupted'));
    await expect(readFront(await bundle(), accept, stopped)).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
