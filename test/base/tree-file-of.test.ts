import { expect, it } from 'vitest';
import { treeFileOf } from '../../src/base/tree-file-of.ts';

it('counts bytes, not characters, and hashes them', () => {
  expect(treeFileOf('a/b', 'ü')).toEqual({
    path: 'a/b',
    sizeBytes: 2,
    sha256: '607474ca475a9724d7360aba71a56d5df77e61350e3f724cfa1f46e857e2d85f',
    content: { kind: 'bytes', bytes: Buffer.from('ü') },
  });
  expect(treeFileOf('a', new Uint8Array())).toMatchObject({
    sizeBytes: 0,
    sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  });
});
