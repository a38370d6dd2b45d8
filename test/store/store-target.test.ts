import { expect, it } from 'vitest';
import { explainWriteError } from '../../src/files/write-error.ts';
import { storeTarget } from '../../src/store/store-target.ts';

const systemError = (code: string) => Object.assign(new Error(code), { code });

it.each([
  ['ENOSPC', 'DISK_FULL', /no room to write a file of the store to \/nowhere\/x, 8\.0 MiB needed, .* free/],
  ['EROFS', 'STORE_UNWRITABLE', /a file of the store cannot be written to \/nowhere\/x/],
])('%s is %s, with the path and what to do', async (errno, code, message) => {
  const error = await explainWriteError(systemError(errno), storeTarget('/nowhere/x', 8 << 20));
  expect(error).toMatchObject({ code, message: expect.stringMatching(message), hint: expect.stringContaining('PIGSTY_BUNDLE_STORE') });
});
