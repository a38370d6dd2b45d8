import { describe, expect, it } from 'vitest';
import { isAppError } from '../../../src/base/errors.ts';
import { readInventoryText, VaultSecret } from '../../../src/config/inventory/inventory-text.ts';

function refusal(text: string): string {
  try {
    readInventoryText(text, 'pigsty.yml');
  } catch (error) {
    if (isAppError(error, 'CONFIG_INVALID')) return error.message;
    throw error;
  }
  throw new Error('the text was accepted');
}

describe('readInventoryText', () => {
  it.each<[string, unknown]>([
    ['yes', true],
    ['off', false],
    ['0o17', '0o17'],
    ['017', 15],
    ['"017"', '017'],
    ['!unsafe "{{ x }}"', '{{ x }}'],
  ])('reads %s as Ansible does', (text, value) => {
    expect(readInventoryText(`a: ${text}`, 'x').root).toEqual({ a: value });
  });

  it('merges maps', () => {
    expect(readInventoryText('base: &b { p: 1, q: 1 }\na: { <<: *b, q: 2 }', 'x').root).toEqual({
      base: { p: 1, q: 1 },
      a: { p: 1, q: 2 },
    });
  });

  it('shows of a secret of ansible-vault that it is one, and nothing of it', () => {
    const { root } = readInventoryText('a: !vault |\n  6162', 'x');
    expect((root as { a: unknown }).a).toBeInstanceOf(VaultSecret);
    expect(JSON.stringify(root)).toBe('{"a":"an ansible-vault secret"}');
  });

  it('knows the line of every variable, and the file alone where it cannot', () => {
    const text = readInventoryText('all:\n  vars:\n    a: 1\n    b: &x { c: 1 }\n    d: *x\n', 'pigsty.yml');
    expect(text.place(['all', 'vars', 'a'])).toBe('pigsty.yml:3');
    expect(text.place(['all', 'vars', 'b', 'c'])).toBe('pigsty.yml:4');
    expect(text.place(['all', 'vars', 'd', 'c'])).toBe('pigsty.yml');
    expect(text.place([])).toBe('pigsty.yml');
  });

  it.each([
    ['no YAML, with the line', 'a: 1\nb: [', 'pigsty.yml:2: '],
    ['a key given twice', 'a: 1\na: 2', 'pigsty.yml:2: Map keys must be unique'],
    ['what is far too long', `a: ${'x'.repeat(4_000_000)}`, 'pigsty.yml: longer than 4000000 characters'],
    [
      'an alias bomb',
      `x0: &x0 [a]\n${Array.from({ length: 9 }, (_, i) => `x${i + 1}: &x${i + 1} [${Array(9).fill(`*x${i}`).join(', ')}]`).join('\n')}`,
      'pigsty.yml: Excessive alias count',
    ],
  ])('refuses %s', (_, text, part) => {
    expect(refusal(text)).toContain(part);
  });
});
