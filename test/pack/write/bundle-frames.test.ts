import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { TreeFile } from '../../../src/base/tree-file.ts';
import { treeFileOf } from '../../../src/base/tree-file-of.ts';
import { FINAL_BLOCK } from '../../../src/pack/format/gzip-frames.ts';
import { bundleFrames } from '../../../src/pack/write/bundle-frames.ts';
import { rawEntry, scratchDir } from '../../lab/upstreams/bundle-lab.ts';
import { noise, storeFiles } from '../../lab/upstreams/toy-bundle.ts';

const DATE_SEC = 1_700_000_000;

/** The tar of frames, and what their fields say; a frame is copied while it is valid. */
async function collect(files: readonly TreeFile[]) {
  const blocks: Buffer[] = [];
  const ends: string[] = [];
  let payloadBytes = 0;
  for await (const frame of bundleFrames(files, DATE_SEC)) {
    blocks.push(Buffer.from(frame.bytes));
    payloadBytes += frame.payloadBytes;
    if (frame.isLast && frame.file !== null) ends.push(frame.file.path);
  }
  return { tar: inflateRawSync(Buffer.concat([...blocks, FINAL_BLOCK])), ends, payloadBytes };
}

describe('frames', () => {
  it('are the tar of the files, packages stored and the rest deflated', async () => {
    const files = [
      treeFileOf('pigsty/Packages', 'Package: a\n'.repeat(200_000)),
      treeFileOf('pigsty/a_1_all.deb', noise(4_000_000, 1)),
      treeFileOf('pigsty/empty.deb', ''),
      treeFileOf('pigsty/empty', ''),
      treeFileOf('pigsty/b_1_all.deb', noise(511, 2)),
    ];
    const expected = files.map((file) =>
      rawEntry({ path: file.path, bytes: file.content.kind === 'bytes' ? file.content.bytes : Buffer.alloc(0) }),
    );
    const { tar, ends, payloadBytes } = await collect(await storeFiles(files, await scratchDir()));
    expect(tar.equals(Buffer.concat(expected))).toBe(true);
    expect(payloadBytes).toBe(tar.length);
    expect(ends).toEqual(files.map(({ path }) => path));
  });

  it.each([
    ['shorter', -1],
    ['longer', 1],
  ])('refuse a file that is %s than it should be', async (_what, difference) => {
    const filePath = join(await scratchDir(), 'x.deb');
    await writeFile(filePath, noise(1000, 1));
    const file: TreeFile = {
      path: 'pigsty/x.deb',
      sizeBytes: 1000 - difference,
      sha256: 'a'.repeat(64),
      content: { kind: 'file', filePath },
    };
    await expect(collect([file])).rejects.toMatchObject({
      code: 'BUNDLE_DIGEST_MISMATCH',
      details: { path: 'pigsty/x.deb', place: filePath },
    });
  });

  it('refuse a file that is not there', async () => {
    const content = { kind: 'file', filePath: '/nonexistent/x.deb' } as const;
    await expect(collect([{ path: 'pigsty/x.deb', sizeBytes: 1, sha256: 'a'.repeat(64), content }])).rejects.toMatchObject({
      code: 'BUNDLE_MISSING',
    });
  });
});
