import { expect, it } from 'vitest';
import { createRenderer } from '../../../src/cli/render/create-renderer.ts';
import { NdjsonRenderer } from '../../../src/cli/render/ndjson-renderer.ts';
import { PlainRenderer } from '../../../src/cli/render/plain-renderer.ts';
import { TtyRenderer } from '../../../src/cli/render/tty-renderer.ts';
import { capture } from './capture.ts';

it.each([
  [true, false, true, NdjsonRenderer],
  [true, true, true, NdjsonRenderer],
  [false, false, true, TtyRenderer],
  [false, true, true, PlainRenderer],
  [false, false, false, PlainRenderer],
])('json %s, quiet %s, terminal %s', async (json, quiet, isTTY, expected) => {
  const { streams } = capture();
  expect(await createRenderer({ ...streams, err: { ...streams.err, isTTY } }, { json, quiet })).toBeInstanceOf(expected);
});
