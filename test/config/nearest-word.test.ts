import { describe, expect, it } from 'vitest';
import { didYouMean, nearestWord } from '../../src/config/nearest-word.ts';

describe('nearestWord', () => {
  it.each([
    ['inffra', 'infra'],
    ['nodes', 'node'],
    ['ndoe', 'node'],
    ['INFRA', 'infra'],
    ['pgsql-71', 'pgsql-17'],
    ['grafana', null],
    ['', null],
    ['x'.repeat(100_000), null],
  ])('%.20s → %s', (word, expected) => expect(nearestWord(word, ['infra', 'node', 'pgsql-16', 'pgsql-17'])).toBe(expected));

  it('prefers the word that sorts first when two are equally near', () => expect(nearestWord('ab', ['ac', 'aa'])).toBe('aa'));
});

it('didYouMean is empty without a near word', () => expect(didYouMean('zzz', ['infra'])).toBe(''));
