import { describe, expect, it } from 'vitest';
import { treeFileOf } from '../../../src/base/tree-file-of.ts';
import { formatBundleIndex } from '../../../src/pack/format/bundle-index.ts';
import { formatEntryHeader } from '../../../src/pack/format/tar-header.ts';
import { ByteSource } from '../../../src/pack/read/byte-source.ts';
import { readHead } from '../../../src/pack/read/read-head.ts';
import { type RawEntry, rawEntry } from '../../lab/upstreams/bundle-lab.ts';
import { composeToy, noise } from '../../lab/upstreams/toy-bundle.ts';

const SMALL = { packages: ['a', 'b', 'c'].map((name, seed) => treeFileOf(`${name}_1.0-1_all.deb`, noise(700, seed))) };

const { index } = composeToy(SMALL);
const INDEX: RawEntry = { path: 'pigsty/bundle.json', bytes: formatBundleIndex(index) };
const SIGNATURE: RawEntry = { path: 'pigsty/bundle.json.asc', bytes: Buffer.from('armor') };
const NEXT = formatEntryHeader('pigsty/pigsty-install', 1, index.snapshotSec);

function read(...parts: readonly (RawEntry | Buffer)[]) {
  const tar = Buffer.concat(parts.map((part) => (Buffer.isBuffer(part) ? part : rawEntry(part))));
  const chunks = async function* (): AsyncGenerator<Buffer> {
    for (let at = 0; at < tar.length; at += 1000) yield tar.subarray(at, at + 1000);
  };
  return readHead(new ByteSource(chunks()), 'x.tgz');
}

describe('the head', () => {
  it('is the index, the bytes it was signed as, and the block after it', async () => {
    expect(await read(INDEX, NEXT)).toEqual({ index, indexBytes: formatBundleIndex(index), signature: null, nextBlock: NEXT });
  });

  it('has the signature that follows', async () => {
    const { signature, nextBlock } = await read(INDEX, SIGNATURE, NEXT);
    expect([String(signature), nextBlock.equals(NEXT)]).toEqual(['armor', true]);
  });

  it.each<[string, (RawEntry | Buffer)[], string]>([
    ['is empty', [], 'BUNDLE_TRUNCATED'],
    ['ends inside the index', [rawEntry(INDEX).subarray(0, 600)], 'BUNDLE_TRUNCATED'],
    ['ends inside the signature', [INDEX, rawEntry(SIGNATURE).subarray(0, 520)], 'BUNDLE_TRUNCATED'],
    ['does not begin with the index', [SIGNATURE, INDEX], 'BUNDLE_INVALID'],
    ['has an index of an absurd size', [{ ...INDEX, sizeBytes: 2 ** 30 }], 'BUNDLE_INVALID'],
    ['has a signature of an absurd size', [INDEX, { ...SIGNATURE, sizeBytes: 2 ** 20 }], 'BUNDLE_INVALID'],
    ['has an index of another owner', [{ ...INDEX, uid: 1000 }], 'BUNDLE_UNSAFE_ENTRY'],
    ['has an index that can be run', [{ ...INDEX, mode: 0o755 }], 'BUNDLE_UNSAFE_ENTRY'],
    ['has a signature of another time', [INDEX, { ...SIGNATURE, mtimeSec: 1 }], 'BUNDLE_UNSAFE_ENTRY'],
    ['hides something behind the index', [Buffer.concat([rawEntry(INDEX).subarray(0, -1), Buffer.from('x')])], 'BUNDLE_INVALID'],
  ])('that %s is refused', async (_what, parts, code) => {
    await expect(read(...parts)).rejects.toMatchObject({ code });
  });
});
