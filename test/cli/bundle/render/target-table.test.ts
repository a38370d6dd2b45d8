import { expect, it } from 'vitest';
import { targetTable } from '../../../../src/cli/bundle/render/target-table.ts';

it('stands in columns, numbers at the right, files last, a dash for what there is none of', () => {
  const rows = [
    { target: 'd12.x86_64', packages: '109', size: '223.8 KiB', file: '/out/a.tgz', result: 'built' },
    { target: 'el9.aarch64', result: 'failed: TARGET_UNKNOWN' },
  ];
  expect(targetTable(rows, ['packages', 'size', 'file'])).toEqual([
    'target       packages       size  result                  file',
    'd12.x86_64        109  223.8 KiB  built                   /out/a.tgz',
    'el9.aarch64         -          -  failed: TARGET_UNKNOWN  -',
  ]);
});
