/** After a power cut a package of the store may be damaged: that is found out, and not taken for the fault of an upstream. */
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AppError, type ErrorCode } from '../../src/base/errors.ts';
import { removeDamagedPackages } from '../../src/build/damaged-packages.ts';
import type { Lock } from '../../src/lock/lock.ts';
import { toyDownloader } from '../lab/upstreams/toy-build.ts';
import { LOCK, locked } from '../lock/toy-lock.ts';

/** A lock of `count` packages that are in the store, the first `damaged` of them with other bytes of the same size. */
async function storeWith(count: number, damaged: number) {
  const toy = await toyDownloader({ offline: true });
  const packages = [];
  for (let at = 0; at < count; at += 1) {
    const bytes = Buffer.from(`package ${String(at).padStart(3, '0')}`);
    const { sha256, path } = await toy.store.putBytes(bytes);
    if (at < damaged) writeFileSync(path, Buffer.alloc(bytes.length));
    packages.push(locked(`p${String(at).padStart(3, '0')}`, '1', { sha256, sizeBytes: bytes.length }));
  }
  const lock: Lock = { ...LOCK, packages };
  return { ...toy, lock };
}

describe('damaged packages', () => {
  it.each<ErrorCode>([
    'PACKAGE_INVALID',
    'INDEX_INVALID',
    'INDEX_TOO_LARGE',
    'INDEX_DIGEST_MISMATCH',
    'SIGNATURE_MISSING',
    'SIGNATURE_INVALID',
    'BUNDLE_DIGEST_MISMATCH',
  ])('are looked for after %s, taken out of the store and named', async (code) => {
    const { lock, store, context, warnings } = await storeWith(3, 1);
    expect(await removeDamagedPackages(new AppError(code, 'x'), lock, store, context)).toBe(true);
    expect(await Promise.all(lock.packages.map(({ sha256 }) => store.has(sha256)))).toEqual([false, true, true]);
    expect(warnings()).toEqual([`STORE_DAMAGED: the store ${store.dir} had 1 damaged package, now downloaded again: p000_1_amd64.deb`]);
  });

  it('of which there are many are not all named', async () => {
    const { lock, store, context, warnings } = await storeWith(22, 22);
    expect(await removeDamagedPackages(new AppError('PACKAGE_INVALID', 'x'), lock, store, context)).toBe(true);
    expect(warnings()[0]).toMatch(/had 22 damaged packages, .*p019_1_amd64.deb, …$/);
  });

  it('that are gone altogether count, too', async () => {
    const { lock, store, context } = await storeWith(2, 0);
    await store.verify('0'.repeat(64));
    const gone = { ...lock, packages: [...lock.packages, locked('gone', '1', { sha256: '0'.repeat(64) })] };
    expect(await removeDamagedPackages(new AppError('PACKAGE_INVALID', 'x'), gone, store, context)).toBe(true);
  });

  it('are not there when all is sound: then the upstream is to blame', async () => {
    const { lock, store, context, warnings } = await storeWith(3, 0);
    expect(await removeDamagedPackages(new AppError('PACKAGE_INVALID', 'x'), lock, store, context)).toBe(false);
    expect(warnings()).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['a network error', new AppError('FETCH_FAILED', 'x')],
    ['a full disk', new AppError('DISK_FULL', 'x')],
    ['an interruption', new AppError('INTERRUPTED', 'x')],
    ['a bug', new TypeError('x')],
  ])('are not looked for after %s', async (_, error) => {
    const { lock, store, context } = await storeWith(1, 1);
    expect(await removeDamagedPackages(error, lock, store, context)).toBe(false);
    expect(await store.has(lock.packages[0]?.sha256 ?? '')).toBe(true);
  });

  it('are not looked for any longer when it is told to end', async () => {
    const { lock, store, context, abort } = await storeWith(1, 1);
    abort.abort(new Error('told to'));
    await expect(removeDamagedPackages(new AppError('PACKAGE_INVALID', 'x'), lock, store, context)).rejects.toThrow('told to');
  });
});
