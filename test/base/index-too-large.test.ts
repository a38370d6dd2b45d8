import { expect, it } from 'vitest';
import { indexTooLarge } from '../../src/base/index-too-large.ts';

it('says which index, how long it may be, and what to do', () => {
  expect(indexTooLarge('toy primary', 256 << 20)).toMatchObject({
    code: 'INDEX_TOO_LARGE',
    message: 'toy primary is longer than 256.0 MiB when unpacked',
    hint: expect.stringContaining('another mirror'),
  });
});
