import { expect, it } from 'vitest';
import { OutputBuffer } from '../../src/host/output-buffer.ts';

it('keeps what comes, in order, up to its limit', () => {
  const buffer = new OutputBuffer(4);
  buffer.push(Buffer.from('ab'));
  buffer.push(Buffer.from('cd'));
  expect([buffer.full, buffer.toBuffer().toString()]).toEqual([false, 'abcd']);
});

it('is full with the first byte too many, and keeps nothing more', () => {
  const buffer = new OutputBuffer(4);
  for (const chunk of ['abc', 'de', 'f']) buffer.push(Buffer.from(chunk));
  expect([buffer.full, buffer.toBuffer().toString()]).toEqual([true, 'abc']);
});
