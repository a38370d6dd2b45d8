import { expect, it } from 'vitest';
import { treeFileOf } from '../../../src/base/tree-file-of.ts';
import type { Frame } from '../../../src/pack/write/bundle-frames.ts';
import { ContentChecks } from '../../../src/pack/write/content-checks.ts';

const FILE = treeFileOf('pigsty/a', 'abcdef');
const frame = (text: string, isLast: boolean, file: Frame['file'] = FILE): Frame => ({
  bytes: Buffer.alloc(0),
  deflated: null,
  payloadBytes: text.length,
  content: [Buffer.from(text)],
  file,
  isLast,
});

it('compares a file when its last frame has come, and begins anew with the next', () => {
  const checks = new ContentChecks();
  for (let round = 0; round < 2; round += 1) {
    checks.add(frame('abc', false));
    checks.add(frame('def', true));
  }
  checks.add(frame('', false, null));
  expect(() => checks.add(frame('abcdeX', true))).toThrow(
    expect.objectContaining({ code: 'BUNDLE_DIGEST_MISMATCH', message: expect.stringMatching(/^pigsty\/a: .* instead of/) }),
  );
});

it('an empty file has the digest of nothing', () => {
  const checks = new ContentChecks();
  expect(() => checks.add(frame('', true, treeFileOf('pigsty/empty', '')))).not.toThrow();
  expect(() => checks.add(frame('', true))).toThrow(expect.objectContaining({ code: 'BUNDLE_DIGEST_MISMATCH' }));
});
