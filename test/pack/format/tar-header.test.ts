import { describe, expect, it } from 'vitest';
import { BLOCK_BYTES, describeHeader, formatEntryHeader, paddingBytes } from '../../../src/pack/format/tar-header.ts';

const DATE_SEC = 1_700_000_000;

describe('formatEntryHeader', () => {
  it('is read back as a regular file of root, without names', () => {
    const header = formatEntryHeader('pigsty/a_1_all.deb', 1234, DATE_SEC);
    expect(header.length).toBe(BLOCK_BYTES);
    expect(describeHeader(header)).toEqual({ valid: true, path: 'pigsty/a_1_all.deb', type: 'File', mode: 0o644, sizeBytes: 1234 });
    expect(header.subarray(265, 329).every((byte) => byte === 0)).toBe(true);
  });

  it('lets only the installer be run', () => {
    expect(describeHeader(formatEntryHeader('pigsty/pigsty-install', 1, DATE_SEC)).mode).toBe(0o755);
  });

  it('needs two more blocks for a long path, and refuses one that is longer still', () => {
    const header = formatEntryHeader(`pigsty/${'a'.repeat(200)}.deb`, 1, DATE_SEC);
    expect(header.length).toBe(3 * BLOCK_BYTES);
    expect(header.subarray(512, 1024).toString()).toContain(`path=pigsty/${'a'.repeat(200)}.deb\n`);
    expect(() => formatEntryHeader(`pigsty/${'a'.repeat(600)}`, 1, DATE_SEC)).toThrow('path too long');
  });

  it('carries the whole size of a file beyond 8 GiB', () => {
    const header = formatEntryHeader('pigsty/huge_1_all.deb', 10 * 2 ** 30, 1_700_000_000);
    expect(header.length).toBe(1536);
    expect(header.subarray(512, 1024).toString('latin1')).toContain('size=10737418240\n');
  });
});

it.each([
  [0, 0],
  [1, 511],
  [511, 1],
  [512, 0],
  [513, 511],
])('a file of %d bytes is followed by %d zeros', (sizeBytes, padding) => {
  expect(paddingBytes(sizeBytes)).toBe(padding);
});

describe('describeHeader', () => {
  it('says of damage that it is not valid', () => {
    const header = formatEntryHeader('pigsty/a', 1, DATE_SEC);
    header.write('b', 7);
    expect(describeHeader(header).valid).toBe(false);
  });

  it.each([
    ['zeros', Buffer.alloc(512)],
    ['rubbish', Buffer.alloc(512, 'x')],
    ['nothing', Buffer.alloc(0)],
  ])('reads %s without throwing', (_what, block) => {
    expect(describeHeader(block).valid).toBe(false);
  });
});
