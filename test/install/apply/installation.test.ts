import { expect, it } from 'vitest';
import { Installation } from '../../../src/install/apply/installation.ts';
import type { Prepared } from '../../../src/install/apply/prepare.ts';
import { FakeHost } from '../../support/fake-host.ts';
import { someInput } from '../../support/some-input.ts';

it('knows the host only after it was looked at', () => {
  const installation = new Installation(someInput(new FakeHost(), []));
  expect(() => installation.prepared).toThrow('not looked at');
  const prepared = {} as Prepared<null>;
  installation.prepared = prepared;
  expect(installation.prepared).toBe(prepared);
});
