import { expect, it } from 'vitest';
import { assertMayBeUnsigned } from '../../src/metadata/snapshot-policy.ts';

it('lets an upstream go unsigned unless signatures are required', () => {
  expect(() => assertMayBeUnsigned('mine', { requireSignatures: false, ignoreExpiry: true })).not.toThrow();
  expect(() => assertMayBeUnsigned('mine', { requireSignatures: true, ignoreExpiry: false })).toThrow(
    expect.objectContaining({ code: 'SIGNATURE_MISSING', message: expect.stringContaining('upstream mine ') }),
  );
});
