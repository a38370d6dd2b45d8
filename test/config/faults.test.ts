import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isAppError } from '../../src/base/errors.ts';
import { describeIssue, Faults, formatFieldPath, formatFound } from '../../src/config/faults.ts';

describe('formatFieldPath', () => {
  it.each([
    [['groups', 'infra-package', 3, 'name'], 'groups.infra-package[3].name'],
    [[0], '[0]'],
    [[], '(whole file)'],
  ])('%j is %s', (path, text) => {
    expect(formatFieldPath(path)).toBe(text);
  });
});

describe('formatFound', () => {
  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    ['a\nb', '"a\\nb"'],
    ['x'.repeat(100), `"${'x'.repeat(56)}…`],
  ])('%j is shown on one short line', (value, text) => {
    expect(formatFound(value)).toBe(text);
  });
});

describe('describeIssue', () => {
  const schema = z.strictObject({
    kind: z.enum(['infra', 'node']).optional(),
    size: z.int().optional(),
    map: z.record(z.string().regex(/^[a-z]+$/, 'a word'), z.string()).optional(),
    version: z.literal(1, '1, the only one').optional(),
  });

  function lines(value: unknown, known: readonly string[] = []): string[] {
    const result = schema.safeParse(value, { reportInput: true });
    if (result.success) throw new Error('accepted');
    const issues = result.error.issues.flatMap((issue) => describeIssue(issue, () => known));
    return issues.map(({ path, text }) => `${formatFieldPath(path)}: ${text}`);
  }

  it.each([
    ['a wrong type', { size: 'x' }, ['size: found "x", expected a number']],
    ['a word near a known one', { kind: 'inffra' }, ['kind: found "inffra", expected one of infra, node (did you mean "infra"?)']],
    ['one possible value', { version: 2 }, ['version: found 2, expected 1, the only one']],
    ['a key of a wrong form', { map: { A: 'x' } }, ['map.A: found "A", expected a word']],
    ['not a map', [], ['(whole file): found [], expected a map']],
  ])('says of %s what was found and what was expected', (_, value, expected) => {
    expect(lines(value)).toEqual(expected);
  });

  it('has a line for every unknown key, with the key that was meant', () => {
    expect(lines({ sise: 1, xyz: 2 }, ['kind', 'size'])).toEqual([
      'sise: found an unknown key, expected one of kind, size (did you mean "size"?)',
      'xyz: found an unknown key, expected one of kind, size',
    ]);
    expect(lines({ sise: 1 })).toEqual(['sise: found an unknown key, expected no such key']);
  });
});

describe('Faults', () => {
  function thrownBy(faults: Faults): unknown {
    try {
      faults.throwIfAny('the file is not valid');
    } catch (error) {
      return error;
    }
    return null;
  }

  it('throws nothing without faults', () => {
    expect(thrownBy(new Faults())).toBeNull();
  });

  it.each([
    [1, 'the file is not valid: 1 fault\nfault 1'],
    [2, 'the file is not valid: 2 faults\nfault 1\nfault 2'],
  ])('throws %i together', (count, message) => {
    const faults = new Faults();
    for (let i = 1; i <= count; i++) faults.add(`fault ${i}`);
    const thrown = thrownBy(faults);
    expect(isAppError(thrown, 'CONFIG_INVALID') && thrown.message).toBe(message);
  });

  it('shows fifty of very many, and has all in its details', () => {
    const faults = new Faults();
    for (let i = 1; i <= 60; i++) faults.add(`fault ${i}`);
    const thrown = thrownBy(faults);
    if (!isAppError(thrown)) throw new Error('nothing was thrown');
    expect(thrown.message).toMatch(/fault 50\n… and 10 more$/);
    expect(thrown.details?.faults).toHaveLength(60);
  });
});
