import { describe, expect, it } from 'vitest';
import type { BundleFile } from '../../../src/pack/format/bundle-index.ts';
import { formatEntryHeader } from '../../../src/pack/format/tar-header.ts';
import { explainHeader, notABundle, recompressed } from '../../../src/pack/read/explain-header.ts';
import { type RawEntry, rawEntry } from '../../lab/upstreams/bundle-lab.ts';

const file = (path: string, sizeBytes = 5): BundleFile => ({ path, sizeBytes, sha256: 'a'.repeat(64) });
const EXPECTED = [file('pigsty/a'), file('pigsty/b'), file('pigsty/c')];
const blockOf = (entry: RawEntry) => rawEntry({ sizeBytes: 5, ...entry }).subarray(0, 512);

describe('explainHeader, where the second of three files should begin', () => {
  it.each<[string, Buffer, string, string]>([
    ['a link', blockOf({ path: 'pigsty/b', type: 'SymbolicLink', linkpath: 'a' }), 'BUNDLE_UNSAFE_ENTRY', 'is a SymbolicLink'],
    ['a path that leaves', blockOf({ path: 'pigsty/../x' }), 'BUNDLE_UNSAFE_ENTRY', 'leaves its directory'],
    ['a stranger', blockOf({ path: 'pigsty/x' }), 'BUNDLE_UNSAFE_ENTRY', 'is not in the index, or appears twice'],
    ['the first once more', blockOf({ path: 'pigsty/a' }), 'BUNDLE_UNSAFE_ENTRY', 'appears twice or out of order'],
    ['another size', blockOf({ path: 'pigsty/b', sizeBytes: 6 }), 'BUNDLE_DIGEST_MISMATCH', 'has 6 bytes, the index says 5'],
    ['setuid', blockOf({ path: 'pigsty/b', mode: 0o4755 }), 'BUNDLE_UNSAFE_ENTRY', 'has mode 0'],
    ['an owner', blockOf({ path: 'pigsty/b', uid: 7 }), 'BUNDLE_UNSAFE_ENTRY', 'has a header with an owner'],
    ['damage', Buffer.alloc(512, 1), 'BUNDLE_INVALID', 'damaged: no file header where pigsty/b should begin'],
  ])('%s', (_what, block, code, what) => {
    expect(explainHeader(block, EXPECTED, 1)).toMatchObject({ code, what: expect.stringContaining(what) });
  });

  it('names the end of the archive when nothing more is expected', () => {
    expect(explainHeader(Buffer.alloc(512, 1), EXPECTED, 3).what).toContain('the end of the archive should begin');
  });
});

describe('a file that does not begin as a bundle', () => {
  it.each([
    ['pigsty/Packages', 'packed by Pigsty itself or by hand'],
    ['./pigsty/x', 'packed by Pigsty itself or by hand'],
    ['pigsty2/x', 'is not a bundle'],
  ])('with %s: %s', (path, text) => {
    expect(notABundle(formatEntryHeader(path, 1, 0), 'x.tgz')).toMatchObject({
      code: 'BUNDLE_INVALID',
      message: expect.stringContaining(text),
    });
  });

  it('or was compressed by another program', () => {
    expect(recompressed('x.tgz')).toMatchObject({ code: 'BUNDLE_INVALID', message: expect.stringContaining('x.tgz was compressed again') });
  });
});
