import { describe, expect, it } from 'vitest';
import { ByteSource } from '../../../src/pack/read/byte-source.ts';

let closed = false;
async function* chunks(...texts: string[]): AsyncGenerator<Buffer> {
  closed = false;
  try {
    for (const text of texts) yield Buffer.from(text);
  } finally {
    closed = true;
  }
}

describe('a byte source', () => {
  it('gives what it has, at most what was asked for, and null at the end', async () => {
    const source = new ByteSource(chunks('abc', '', 'd'));
    expect([String(await source.some(2)), String(await source.some(9)), String(await source.some(9)), await source.some(1)]).toEqual([
      'ab',
      'c',
      'd',
      null,
    ]);
  });

  it('puts exact amounts together over the borders of chunks', async () => {
    const source = new ByteSource(chunks('ab', 'cd', 'ef'));
    expect(String(await source.upTo(3))).toBe('abc');
    expect((await source.upTo(0)).length).toBe(0);
    expect(String(await source.upTo(9))).toBe('def');
    expect((await source.upTo(1)).length).toBe(0);
  });

  it('keeps what `upTo` gave when the chunk is used again', async () => {
    const shared = Buffer.from('abcd');
    const source = new ByteSource(
      (async function* () {
        yield shared;
      })(),
    );
    const taken = await source.upTo(2);
    shared.fill('x');
    expect(String(taken)).toBe('ab');
  });

  it('lets go of the stream', async () => {
    const source = new ByteSource(chunks('a', 'b'));
    await source.some(1);
    await source.close();
    expect(closed).toBe(true);
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
