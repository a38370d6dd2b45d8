import { describe, expect, it } from 'vitest';
import { treeFileOf } from '../../../src/base/tree-file-of.ts';
import {
  type BundleIndex,
  bundleId,
  filesInTarOrder,
  finishBundleIndex,
  formatBundleIndex,
  parseBundleIndex,
  unpackedBytes,
} from '../../../src/pack/format/bundle-index.ts';
import { composeToy, noise } from '../../lab/upstreams/toy-bundle.ts';

const SMALL = { packages: ['a', 'b', 'c'].map((name, seed) => treeFileOf(`${name}_1.0-1_all.deb`, noise(700, seed))) };

const { index } = composeToy(SMALL);
/** The index with changes, its id made new as an attacker would. */
const forged = (changes: Partial<BundleIndex>): Buffer => {
  const { id: _, ...content } = { ...index, ...changes };
  return formatBundleIndex({ ...content, id: bundleId(content) });
};

describe('an index', () => {
  it('reads back as what was written', () => {
    expect(parseBundleIndex(formatBundleIndex(index), 'x.tgz')).toEqual(index);
  });

  it('does not depend on the order of its files, and lists them sorted', () => {
    const { id, ...content } = index;
    expect(finishBundleIndex({ ...content, files: index.files.toReversed() })).toEqual(index);
    expect(bundleId(content)).toBe(id);
    expect(index.files.map(({ path }) => path)).toEqual(index.files.map(({ path }) => path).toSorted());
  });

  it('knows the order of the tarball and the size of everything', () => {
    const paths = filesInTarOrder(index).map(({ path }) => path);
    expect([paths[0], paths.at(-1)]).toEqual(['pigsty/pigsty-install', 'pigsty/repo_complete']);
    expect(unpackedBytes(index)).toBe(index.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  });
});

describe('an index that contradicts itself is refused', () => {
  const deb = index.files.find(({ path }) => path.endsWith('.deb'))!;
  const others = index.files.filter((file) => file !== deb);

  it.each<[string, Buffer, string]>([
    ['counts other packages', forged({ packages: { ...index.packages, count: 2 } }), 'packages.count: 2, files lists 3'],
    ['adds up to another size', forged({ packages: { ...index.packages, sizeBytes: 1 } }), 'packages.sizeBytes: 1, files add up to'],
    [
      'has a package the marker does not list',
      forged({ files: [...others, { ...deb, sha256: 'f'.repeat(64) }] }),
      'repo_complete does not list',
    ],
    ['has an installer that is not among its files', forged({ installer: null }), 'installer: does not match'],
    ['was edited', Buffer.from(formatBundleIndex(index).toString().replace('"infra"', '"inFra"')), 'id: is not the digest of the content'],
    ['is not canonical', Buffer.from(`${JSON.stringify(index)}\n`), 'not in canonical form'],
    ['has an unknown member', forged({ extra: 1 } as object), 'Unrecognized key'],
    ['has a short digest', forged({ since: 'abc' }), 'since: expected 64 lower-case hex digits'],
    ['is no JSON', Buffer.from('{'), 'is not JSON'],
    ['is not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'is not JSON'],
  ])('when it %s', (_what, bytes, fault) => {
    expect(() => parseBundleIndex(bytes, 'x.tgz')).toThrow(
      expect.objectContaining({ code: 'BUNDLE_INVALID', message: expect.stringContaining(fault) }),
    );
  });

  it('when a path could leave its place, before anything else is said', () => {
    expect(() => parseBundleIndex(forged({ files: [...index.files, { ...deb, path: 'pigsty/../x' }] }), 'x')).toThrow(
      expect.objectContaining({ code: 'BUNDLE_UNSAFE_ENTRY' }),
    );
  });

  it('when it is of a newer format, whatever else it says', () => {
    expect(() => parseBundleIndex(Buffer.from('{"schema":2}'), 'x')).toThrow(expect.objectContaining({ code: 'BUNDLE_TOO_NEW' }));
  });
});
