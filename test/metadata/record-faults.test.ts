import { expect, it } from 'vitest';
import { keepRecordFaults, keptRecordFaults, reportRecordFaults } from '../../src/metadata/record-faults.ts';
import { toyDownloader } from '../lab/upstreams/toy-build.ts';

it('faults are one warning for a document, and none where there are none', async () => {
  const { context, warnings } = await toyDownloader();
  reportRecordFaults('packages of upstream toy', [], context);
  reportRecordFaults('packages of upstream toy', ['one', 'and 2 more'], context);
  expect(warnings()).toEqual(['INDEX_RECORD: packages of upstream toy: one; and 2 more']);
});

it('are kept for the runs that read only what was kept', async () => {
  const { store } = await toyDownloader();
  await keepRecordFaults(store, 'sound', []);
  await keepRecordFaults(store, 'odd', ['one']);
  expect(await keptRecordFaults(store, 'sound')).toEqual([]);
  expect(await keptRecordFaults(store, 'odd')).toEqual(['one']);
});
