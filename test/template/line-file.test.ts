import { describe, expect, it } from 'vitest';
import { formatLineFile } from '../../src/template/line-file.ts';

describe('formatLineFile', () => {
  it('writes a comment and the lines', () => {
    expect(formatLineFile('c', ['a b', '', '\tx'])).toBe('# c\na b\n\n\tx\n');
  });

  it.each(['allow all\nport 0', 'a\r', 'a\u0000', 'a\u007f'])('refuses %j, which would not be one line', (line) => {
    expect(() => formatLineFile('c', [line])).toThrow('not one line');
    expect(() => formatLineFile(line, [])).toThrow('not one line');
  });
});
