/** Laws of the version orders: each is a total preorder, so sorting gives one result whatever the input order was. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareDebVersions } from '../../src/version/debvercmp.ts';
import { compareEvr, evrRangesOverlap, formatEvr, parseEvr } from '../../src/version/evr.ts';
import { rpmvercmp } from '../../src/version/rpmvercmp.ts';

// Few distinct characters, so that near misses are common.
const text = fc.string({ unit: fc.constantFrom('0', '1', '9', 'a', 'b', 'Z', '.', '+', '-', '~', '^', ':', '_'), maxLength: 9 });
const evr = text.map(parseEvr);

const orders: [string, fc.Arbitrary<unknown>, (a: never, b: never) => number][] = [
  ['compareDebVersions', text, compareDebVersions],
  ['rpmvercmp', text, rpmvercmp],
  ['compareEvr', evr, compareEvr],
];

describe.each(orders)('%s', (_name, values, compareTyped) => {
  const compare = compareTyped as (a: unknown, b: unknown) => number;

  it('is reflexive and antisymmetric', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(compare(a, a)).toBe(0);
        expect(compare(a, b) + compare(b, a)).toBe(0);
      }),
      { numRuns: 3000 },
    );
  });

  it('is transitive', () => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        const [x, y, z] = [a, b, c].sort(compare);
        expect(compare(x, y)).toBeLessThanOrEqual(0);
        expect(compare(y, z)).toBeLessThanOrEqual(0);
        expect(compare(x, z)).toBeLessThanOrEqual(0);
        if (compare(x, y) === 0 && compare(y, z) === 0) expect(compare(x, z)).toBe(0);
      }),
      { numRuns: 6000 },
    );
  });
});

describe('EVR texts and ranges', () => {
  it('format and parse agree on the order of what rpm allows in an EVR: no colon or hyphen inside a part', () => {
    const part = text.map((t) => t.replaceAll(/[:-]/g, ''));
    const plain = fc.record({ epoch: fc.constantFrom('', '0', '1', '12'), version: part, release: part });
    fc.assert(
      fc.property(plain, (a) => {
        expect(compareEvr(parseEvr(formatEvr(a)), a)).toBe(0);
      }),
    );
  });

  it('overlap does not depend on the side', () => {
    const range = fc.record({ op: fc.constantFrom('=', '<', '<=', '>', '>=' as const), evr });
    fc.assert(
      fc.property(range, range, (a, b) => {
        expect(evrRangesOverlap(a, b)).toBe(evrRangesOverlap(b, a));
      }),
      { numRuns: 2000 },
    );
  });
});
