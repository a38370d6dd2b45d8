/** The fast pass over an index sees the same stanzas, names and provided names as the plain deb822 reader, for any layout of the text. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hashName } from '../../src/base/name-table.ts';
import { scanPackages } from '../../src/deb/index/scan-packages.ts';
import { parseRelations } from '../../src/deb/package/relations.ts';
import { parseStanzas } from '../support/parse-stanzas.ts';

const name = fc.stringMatching(/^[a-z][a-z0-9.+-]{1,6}$/);
const provides = fc.array(fc.tuple(name, fc.constantFrom('', ' (= 1)', ':any')), { minLength: 1, maxLength: 4 });
const stanza = fc
  .record({
    name,
    provides: fc.option(provides),
    separator: fc.constantFrom(', ', ',', ',\n '),
    word: fc.constantFrom('Provides', 'provides', 'PROVIDES'),
    filler: fc.constantFrom('', 'Description: ä\n long\n .\n Package: not-one\n', 'Priority: optional\n', 'P: x\n', 'Zebra: é\n'),
    isLate: fc.boolean(),
  })
  .map(({ name: own, provides: list, separator, word, filler, isLate }) => {
    const field = list === null ? '' : `${word}: ${list.map(([target, bound]) => target + bound).join(separator)}\n`;
    return isLate ? `${filler}${field}Package: ${own}\n` : `Package: ${own}\n${field}${filler}`;
  });
const file = fc.tuple(
  fc.array(stanza, { maxLength: 6 }),
  fc.constantFrom('\n', '\n\n', '\r\n'),
  fc.integer({ min: 0, max: 3 }),
  fc.boolean(),
);

it('agrees with the plain reader', () => {
  fc.assert(
    fc.property(file, ([stanzas, gap, offset, isCut]) => {
      const whole = stanzas.join(gap);
      const text = isCut ? whole.trimEnd() : whole;
      const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]).subarray(offset);
      const scan = scanPackages(bytes, 'x');
      const plain = parseStanzas(text.replace(/\n\r?\n+/g, '\n\n'), 'x');
      expect(pairsOf(scan.names)).toEqual(plain.map((fields, at) => [hashName(fields.get('package') ?? ''), at]));
      expect(pairsOf(scan.provides)).toEqual(
        plain.flatMap((fields, at) =>
          parseRelations(fields.get('provides') ?? '', 'x').flatMap(([only]) => (only ? [[hashName(only.name), at]] : [])),
        ),
      );
      expect(scan.starts.length).toBe(stanzas.length);
    }),
    { numRuns: 500 },
  );
});

function pairsOf(flat: Uint32Array): number[][] {
  return Array.from({ length: flat.length / 2 }, (_, at) => [flat[at * 2] ?? -1, flat[at * 2 + 1] ?? -1]);
}
