import { expect, it } from 'vitest';
import { paramsOf } from '../../../src/install/contract/desired.ts';
import { labDesired } from '../../support/desired-lab.ts';

it('the parameters of another host are its own; of an unknown one those of this host', () => {
  const desired = labDesired('everything');
  const other = desired.hosts.find(({ address }) => address === '10.10.10.12');
  if (other === undefined) throw new Error('no such host');
  expect([desired.params.vlogs_enabled, paramsOf(desired, other).vlogs_enabled]).toEqual([true, false]);
  expect(paramsOf(desired, { ...other, address: '192.0.2.1' })).toBe(desired.params);
});
