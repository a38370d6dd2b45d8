import { expect, it } from 'vitest';
import { diskFault } from '../../src/host/disk-fault.ts';

it.each([
  ['head: error writing standard output: No space left on device', 'DISK_FULL'],
  ['cat: write error: Disk quota exceeded', 'DISK_FULL'],
  ['sh: 12: cannot create /usr/local/x: Read-only file system', 'OUTPUT_UNWRITABLE'],
  ['Permission denied', undefined],
  ['', undefined],
])('%s: %s', (output, code) => {
  expect(diskFault(output)?.code).toBe(code);
});
