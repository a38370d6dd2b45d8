/** Relationship fields: what is written is read back the same, and whatever is read is either refused or means what it says. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isAppError } from '../../src/base/errors.ts';
import { type DebRelation, formatDebDependency, parseRelations } from '../../src/deb/package/relations.ts';

const relation: fc.Arbitrary<DebRelation> = fc
  .record({
    name: fc.stringMatching(/^[a-z0-9][a-z0-9+.-]{1,12}$/),
    archQualifier: fc.option(fc.constantFrom('any', 'native', 'amd64')),
    op: fc.option(fc.constantFrom('<<', '<=', '=', '>=', '>>')),
    version: fc.stringMatching(/^[0-9]:?[A-Za-z0-9.+~-]{1,10}$/),
    arches: fc.array(fc.constantFrom('amd64', '!i386', 'linux-any'), { maxLength: 2 }),
  })
  .map((made) => (made.op === null ? { ...made, version: '' } : made));
const dependencies = fc.array(fc.array(relation, { minLength: 1, maxLength: 4 }), { maxLength: 5 });

it('parse after format is the same', () => {
  fc.assert(
    fc.property(dependencies, fc.constantFrom(', ', ',', ',\n '), (made, separator) => {
      expect(parseRelations(made.map(formatDebDependency).join(separator), 'x')).toEqual(made);
    }),
  );
});

it('any text is refused as invalid, or read to something that is written and read the same', () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab1:(<>=)[]!|, ~-.+\n'), maxLength: 40 });
  fc.assert(
    fc.property(text, (field) => {
      let first: unknown;
      try {
        first = parseRelations(field, 'x');
      } catch (error) {
        expect(isAppError(error, 'INDEX_INVALID')).toBe(true);
        return;
      }
      const again = parseRelations(parseRelations(field, 'x').map(formatDebDependency).join(', '), 'x');
      expect(again).toEqual(first);
    }),
    { numRuns: 2000 },
  );
});
