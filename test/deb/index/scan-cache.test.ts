import { describe, expect, it } from 'vitest';
import { DebPackageIndex } from '../../../src/deb/index/deb-package-index.ts';
import { formatScan, parseScan } from '../../../src/deb/index/scan-cache.ts';
import { scanPackages } from '../../../src/deb/index/scan-packages.ts';
import { stanza } from '../../support/tiny-archive.ts';

const bytes = Buffer.from([stanza('a 1', { Provides: 'x, y', Essential: 'yes' }), stanza('b 1'), stanza('c 1')].join('\n'));
const kept = formatScan(scanPackages(bytes, 'x'), bytes.length);

describe('a kept scan', () => {
  it('is the scan', () => {
    expect(parseScan(kept, bytes.length)).toEqual(scanPackages(bytes, 'x'));
    const unaligned = Buffer.concat([Buffer.alloc(1), kept]).subarray(1);
    expect(parseScan(unaligned, bytes.length)).toEqual(scanPackages(bytes, 'x'));
  });

  it('answers as a fresh one', () => {
    const scan = parseScan(kept, bytes.length) ?? scanPackages(Buffer.alloc(0), 'x');
    const index = new DebPackageIndex({ read: (start, end) => bytes.subarray(start, end) }, scan, 'x', 'archive');
    expect([index.stanzasOf('b'), index.maybeProviders('y'), index.record(0).isEssential]).toEqual([[1], [0], true]);
  });

  it('of an empty index is kept too', () => {
    expect(parseScan(formatScan(scanPackages(new Uint8Array(0), 'x'), 0), 0)).toEqual(scanPackages(new Uint8Array(0), 'x'));
  });

  it.each([
    ['another file', kept, bytes.length + 1],
    ['a cut one', kept.subarray(0, kept.length - 1), bytes.length],
    ['nothing', kept.subarray(0, 0), bytes.length],
    ['something else', Buffer.alloc(kept.length), bytes.length],
  ])('is not taken for %s', (_case, given, length) => {
    expect(parseScan(given, length)).toBeNull();
  });
});
