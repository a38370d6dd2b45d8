import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDebFile } from '../../src/metadata/read-deb-file.ts';
import { buildDeb } from '../lab/embedded/tiny-deb.ts';
import { temporaryDir } from '../support/fetch-lab.ts';

const CONTROL = { Package: 'toy', Version: '1:2-3', Architecture: 'all', Maintainer: 'T <t@example.test>', Description: 'toy' };

async function read(bytes: Buffer) {
  const path = join(await temporaryDir(), 'toy.deb');
  writeFileSync(path, bytes);
  return readDebFile('toy.deb', path);
}

it('reads fields and digests', async () => {
  const { fields, md5sums, hasMd5sums } = await read(buildDeb(CONTROL, { '/usr/share/toy': 'toy' }, 0));
  expect([fields.get('package'), fields.get('version')]).toEqual(['toy', '1:2-3']);
  expect([[...md5sums.keys()], hasMd5sums]).toEqual([['/usr/share/toy'], true]);
});

it('reads a control half that goes on behind the first piece', async () => {
  const files = Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`/usr/share/toy/${at}`, `${at}`]));
  const { md5sums } = await read(buildDeb(CONTROL, files, 0));
  expect(md5sums.size).toBe(3000);
});

describe('what is no package', () => {
  const whole = buildDeb(CONTROL, { '/usr/share/toy': 'toy' }, 0);
  it.each<[string, Buffer]>([
    ['empty', Buffer.alloc(0)],
    ['text', Buffer.from('<html>come in, log in</html>')],
    ['cut in the control half', whole.subarray(0, 160)],
    ['zeros', Buffer.alloc(whole.length)],
  ])('%s is PACKAGE_INVALID with its name', async (_, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({
      code: 'PACKAGE_INVALID',
      message: expect.stringContaining('toy.deb is not a usable'),
    });
  });
});
