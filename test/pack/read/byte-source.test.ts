import { describe, expect, it } from 'vitest';
import { ByteSource } from '../../../src/pack/read/byte-source.ts';

async function* chunks(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

describe('a byte source', () => {
  it('gives exact amounts across chunks, and fewer at the end', async () => {
    const bytes = new ByteSource(chunks('abc', '', 'def'));
    expect((await bytes.upTo(4)).toString()).toBe('abcd');
    expect(bytes.buffered).toBe(2);
    expect((await bytes.upTo(4)).toString()).toBe('ef');
    expect(await bytes.some(1)).toBeNull();
  });

  it('skips across chunks, and says how many it were', async () => {
    const bytes = new ByteSource(chunks('abc', 'def'));
    expect(await bytes.skip(4)).toBe(4);
    expect((await bytes.upTo(9)).toString()).toBe('ef');
    expect(await bytes.skip(1)).toBe(0);
  });

  it('has passed over what can be, once its own chunk is used up', async () => {
    const asked: number[] = [];
    const passOver = async (count: number): Promise<number> => {
      asked.push(count);
      return count;
    };
    const bytes = new ByteSource(chunks('abc', 'def'), passOver);
    await bytes.upTo(1);
    expect(await bytes.skip(10)).toBe(10);
    expect(asked).toEqual([8]);
    expect((await bytes.upTo(3)).toString()).toBe('def');
  });
});
