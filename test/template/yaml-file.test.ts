import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { formatYamlFile } from '../../src/template/yaml-file.ts';
import { anyLine } from './any-line.ts';

const AMBIGUOUS = ['yes', 'no', 'on', '0123', '1:20', '~', 'null', '.inf', '<<', '2020-01-01'];

describe('formatYamlFile', () => {
  it('gives back every value, also to a reader of YAML 1.1', () => {
    fc.assert(
      fc.property(fc.dictionary(anyLine, fc.oneof(anyLine, fc.constantFrom(...AMBIGUOUS))), (value) => {
        const safe = Object.fromEntries(Object.entries(value).filter(([key]) => key !== '<<' && key !== '__proto__'));
        const text = formatYamlFile('x', safe);
        expect(parse(text, { version: '1.1', merge: false })).toEqual(safe);
        expect(parse(text, { version: '1.2' })).toEqual(safe);
      }),
    );
  });

  it('begins with its comment on one line, and repeats values instead of referring to them', () => {
    const shared = { b: 1 };
    expect(formatYamlFile('two\nlines', { z: shared, a: shared })).toBe('# two lines\nz:\n  b: 1\na:\n  b: 1\n');
  });

  it('does not fold a long line', () => {
    expect(formatYamlFile('x', { a: 'word '.repeat(100) }).split('\n')).toHaveLength(3);
  });
});
