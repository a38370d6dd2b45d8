import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { fileTransport } from '../../../src/fetch/transport/file-transport.ts';
import { temporaryDir } from '../../support/fetch-lab.ts';

async function ask(path: string, range?: string) {
  const headers: Record<string, string> = range === undefined ? {} : { range };
  const response = await fileTransport({ url: pathToFileURL(path).href, headers, signal: new AbortController().signal, digestKnown: true });
  const pieces: Uint8Array[] = [];
  for await (const piece of response.body) pieces.push(piece);
  const header = (name: string) => response.header(name);
  return [response.status, Buffer.concat(pieces).toString(), header('content-length'), header('content-range')];
}

it.each([
  [undefined, [200, 'hello', '5', null]],
  ['bytes=0-', [200, 'hello', '5', null]],
  ['bytes=3-', [206, 'lo', '2', 'bytes 3-4/5']],
  ['bytes=5-', [416, '', null, null]],
  // Only what we ask ourselves is understood: the whole file is a right answer to any range.
  ['bytes=1-2', [200, 'hello', '5', null]],
])('answers range %s', async (range, expected) => {
  const path = join(await temporaryDir(), 'a b');
  await writeFile(path, 'hello');
  expect(await ask(path, range)).toEqual(expected);
});

it('answers 404 for what is not there, also below a file', async () => {
  const dir = await temporaryDir();
  await writeFile(join(dir, 'a'), 'x');
  expect((await ask(join(dir, 'none')))[0]).toBe(404);
  expect((await ask(join(dir, 'a', 'b')))[0]).toBe(404);
});

it('refuses a directory, and a URL that is no path of this machine', async () => {
  const dir = join(await temporaryDir(), 'd');
  await mkdir(dir);
  await expect(ask(dir)).rejects.toMatchObject({ kind: 'refused', message: 'not a regular file' });
  const request = { url: 'file://elsewhere/a', headers: {}, signal: new AbortController().signal, digestKnown: true };
  await expect(fileTransport(request)).rejects.toMatchObject({ kind: 'refused', message: 'not a path of this machine' });
});
